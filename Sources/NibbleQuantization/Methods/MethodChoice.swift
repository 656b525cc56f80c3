/// The method by which the codes of a layer are found, with the options that a setting gives it.
public struct MethodChoice: Hashable, Sendable {
    /// The method's name in ``MethodCatalogue``.
    public var name: String
    /// Its options by name, as they are written; what is absent has the method's default.
    public var options: [String: String]

    /// Chooses a method.
    public init(name: String, options: [String: String] = [:]) {
        self.name = name
        self.options = options
    }

    /// Each weight becomes the nearest code of its grid: needs no data.
    public static let rounding = MethodChoice(name: Rounding().name)
}
