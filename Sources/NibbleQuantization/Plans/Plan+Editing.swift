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
        return PlanIndex(layers).setting(
            layers.indices.filter { wanted.contains(layers[$0].id) }, to: setting, in: self)
    }
}
