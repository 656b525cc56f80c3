/// How a cache keeps the keys and values of attention: one of a list, each with its codec.
public struct VectorStorage: RawRepresentable, CaseIterable, Hashable, Sendable, CustomStringConvertible {
    /// The name on the command line.
    public let rawValue: String
    let codec: any VectorCodec

    private init(_ name: String, _ codec: any VectorCodec) {
        rawValue = name
        self.codec = codec
    }

    /// As they are computed.
    public static let f32 = VectorStorage("f32", FloatVectors())
    /// Rounded to IEEE half.
    public static let f16 = VectorStorage("f16", HalfVectors())
    /// Codes of 8 bits with an f32 scale for each 32 channels: scale = max ÷ 127 rounded to f16, as in Q8_0.
    public static let int8 = VectorStorage("int8", ByteVectors())

    /// Every storage; a new one is a codec and an entry here.
    public static let allCases: [VectorStorage] = [.f32, .f16, .int8]

    /// The storage of a name, or nil if there is none.
    public init?(rawValue: String) {
        guard let storage = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
        self = storage
    }

    /// Bytes of one vector of `count` channels.
    public func byteCount(_ count: Int) -> Int { codec.byteCount(count) }

    /// The largest difference between a channel that is written and read again, where a vector's largest
    /// magnitude among the channels that share its scale is `largest`; infinite where the storage promises
    /// none.
    public func worstError(of value: Float, largest: Float) -> Float {
        codec.worstError(of: value, largest: largest)
    }

    /// Whether vectors are read where they lie.
    var isFloat: Bool { codec.isFloat }

    /// The name, so that messages and help say what a person would type.
    public var description: String { rawValue }
    /// Whether both have one name.
    public static func == (first: VectorStorage, second: VectorStorage) -> Bool {
        first.rawValue == second.rawValue
    }
    /// Hashes the name.
    public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}

/// Writes and reads the vectors of one storage.
protocol VectorCodec: Sendable {
    /// Whether vectors lie as f32, one after the other, so that nothing is converted.
    var isFloat: Bool { get }
    /// Bytes of one vector of `count` channels.
    func byteCount(_ count: Int) -> Int
    /// See ``VectorStorage/worstError(of:largest:)``.
    func worstError(of value: Float, largest: Float) -> Float
    /// Stores one position's vector.
    func write(_ values: UnsafePointer<Float>, position: Int, in vectors: StoredVectors)
    /// The vectors of some positions in f32, one after the other: where they lie, or converted into `space`.
    func floats(
        _ positions: Range<Int>, of vectors: StoredVectors, in space: UnsafeMutablePointer<Float>
    ) -> UnsafePointer<Float>
}
