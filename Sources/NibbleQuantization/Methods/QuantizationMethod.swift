import NibbleKernels

/// A way to find the codes of a layer: what a plan names behind `method=`.
///
/// A new method is one file of this folder and one entry in ``MethodCatalogue``.
public protocol QuantizationMethod: Sendable {
    /// The name in plans and on the command line, lower case.
    var name: String { get }
    /// One line for a person who chooses.
    var summary: String { get }

    /// Finds the packed codes of one layer.
    ///
    /// - Throws: ``NibbleKernels/KernelError`` if the storage cannot be used with the weights, or when cancelled.
    func quantize(_ job: LayerJob) throws -> PackedMatrix
}

/// One layer whose codes a method finds.
public struct LayerJob: Sendable {
    /// The weights, rows × columns.
    public let weights: FloatMatrix
    /// How they will be stored.
    public let storage: StorageEncoding
    /// The threads that share the work.
    public let pool: WorkPool
    /// Ends the work early.
    public let cancellation: Cancellation
    /// Called from working threads with the share done, 0…1.
    public let progress: (@Sendable (Double) -> Void)?

    /// Describes the work on one layer.
    public init(
        weights: FloatMatrix, storage: StorageEncoding, pool: WorkPool = .shared,
        cancellation: Cancellation = Cancellation(), progress: (@Sendable (Double) -> Void)? = nil
    ) {
        self.weights = weights
        self.storage = storage
        self.pool = pool
        self.cancellation = cancellation
        self.progress = progress
    }
}

/// The list of all methods.
public enum MethodCatalogue {
    /// Every method, in the order in which lists show them.
    public static let all: [any QuantizationMethod] = [Rounding()]

    /// The method of a choice.
    ///
    /// - Throws: ``SettingError`` if there is none of its name.
    public static func method(of choice: MethodChoice) throws(SettingError) -> any QuantizationMethod {
        if let method = all.first(where: { $0.name == choice.name }) { return method }
        throw SettingError(
            "\(SettingError.quoted(choice.name)) is no method: expected \(SettingGrammar.list(all.map(\.name)))."
        )
    }
}
