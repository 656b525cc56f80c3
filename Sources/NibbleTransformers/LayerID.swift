/// The canonical name of a layer, the same whatever the file calls it: `layers.7.mlp.down_proj`.
public struct LayerID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The name.
    public let name: String

    /// A layer by its canonical name.
    public init(_ name: String) { self.name = name }

    /// The name.
    public var description: String { name }

    /// By name.
    public static func < (first: LayerID, second: LayerID) -> Bool { first.name < second.name }
}
