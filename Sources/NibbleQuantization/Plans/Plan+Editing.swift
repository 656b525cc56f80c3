import Foundation
import NibbleTransformers

extension Plan {
    /// This plan with `setting` for the layers `ids`, and every other layer of `layers` as before.
    ///
    /// Rules stay few: a rule for exactly these layers made earlier is replaced; layers that get the setting
    /// from other rules anyway need none; all layers, or all blocks' layers of one kind, take one pattern.
    /// - Parameter setting: nil keeps the layers as stored.
    public func setting(_ ids: some Sequence<LayerPath>, to setting: Setting?, among layers: [LinearLayer])
        -> Plan
    {
        let wanted = Set(ids)
        let chosen = layers.filter { wanted.contains($0.id) }
        guard !chosen.isEmpty else { return self }
        var edited = self
        if chosen.count == layers.count {
            edited.rules = setting.map { [PlanRule(unchecked: ".*", setting: $0)] } ?? []
            return edited
        }
        let patterns = Self.patterns(for: chosen, among: layers)
        let replaced = Set(patterns.map(\.pattern)).union(
            chosen.flatMap(\.allNames).map { LayerPattern.matching(LayerPath($0)) })
        edited.rules.removeAll { replaced.contains($0.pattern) }
        let settings = edited.resolve(layers)
        for (pattern, members) in patterns where members.contains(where: { settings[$0.id] != setting }) {
            edited.rules.append(PlanRule(unchecked: pattern, setting: setting))
        }
        return edited.keeping(self.resolve(layers), outside: wanted, among: layers)
    }

    /// One pattern for each kind of layer that is chosen in every block, one name for each other layer.
    private static func patterns(
        for chosen: [LinearLayer], among layers: [LinearLayer]
    ) -> [(pattern: String, members: [LinearLayer])] {
        let all = Dictionary(grouping: layers, by: \.kindPattern)
        var result: [(pattern: String, members: [LinearLayer])] = []
        let groups = Dictionary(grouping: chosen, by: \.kindPattern)
        var done: Set<String> = []
        for layer in chosen {
            guard let kind = layer.kindPattern, let members = groups[kind], members.count > 1,
                members.count == all[kind]?.count
            else {
                result.append((LayerPattern.matching(layer.id), [layer]))
                continue
            }
            if done.insert(kind).inserted { result.append((kind, members)) }
        }
        return result
    }

    /// Names the layers that taking rules away has changed by accident.
    private func keeping(
        _ settings: [LayerPath: Setting], outside edited: Set<LayerPath>, among layers: [LinearLayer]
    ) -> Plan {
        let now = resolve(layers)
        var kept = self
        for layer in layers where !edited.contains(layer.id) && now[layer.id] != settings[layer.id] {
            kept.rules.append(PlanRule(layer: layer.id, setting: settings[layer.id]))
        }
        return kept
    }
}

extension LinearLayer {
    /// `layers\.\d+\.mlp\.up_proj` for `layers.7.mlp.up_proj`; nil outside of blocks.
    fileprivate var kindPattern: String? {
        guard let block else { return nil }
        let parts = id.name.split(separator: ".", omittingEmptySubsequences: false)
        guard let place = parts.firstIndex(of: "\(block)") else { return nil }
        return parts.enumerated()
            .map { $0.offset == place ? "\\d+" : NSRegularExpression.escapedPattern(for: String($0.element)) }
            .joined(separator: "\\.")
    }
}
