import Foundation
import NibbleKernels
import NibbleStatistics
import NibbleTransformers
import Synchronization

/// Counted weights of the layers looked at last: a change of setting needs the codes anew, never these.
final class ProfileCache: Sendable {
    private struct Key: Hashable {
        let location: URL
        /// Tells the same place before and after its files were written anew.
        let identity: Int
        let layer: LayerPath
    }

    private struct Entries {
        var profiles: [Key: WeightProfile] = [:]
        var order: [Key] = []
    }

    private let entries = Mutex(Entries())
    /// Profiles kept; one holds at most 65,536 values of a 16-bit layer.
    static let capacity = 256

    /// The profile of a layer that was counted before.
    func profile(of layer: LayerPath, in model: TransformerModel) -> WeightProfile? {
        entries.withLock { $0.profiles[Self.key(layer, model)] }
    }

    private static func key(_ layer: LayerPath, _ model: TransformerModel) -> Key {
        Key(location: model.location, identity: model.checkpoint.identity, layer: layer)
    }

    /// The profile of a layer, made by `make` where it isn't known yet.
    func profile(
        of layer: LayerPath, in model: TransformerModel,
        make: (FloatMatrix) throws(KernelError) -> WeightProfile
    ) throws -> WeightProfile {
        if let known = profile(of: layer, in: model) { return known }
        let made = try make(try model.source(of: layer))
        let key = Self.key(layer, model)
        entries.withLock { entries in
            entries.profiles[key] = made
            entries.order.append(key)
            if entries.order.count > Self.capacity { entries.profiles[entries.order.removeFirst()] = nil }
        }
        return made
    }
}
