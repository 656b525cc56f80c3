import NibbleKernels

extension Attention {
    /// Attention that runs, with a place for its keys and values.
    public func makePart(_ weights: NetworkWeights) throws -> any Part {
        AttentionPart(
            attention: self, query: try weights.layer(query), key: try weights.layer(key),
            value: try weights.layer(value), output: try weights.layer(output),
            queryNorm: try queryNorm.map(weights.norm), keyNorm: try keyNorm.map(weights.norm),
            rotary: rotary.map { weights.rotaryIndex($0, headSize: headSize) },
            state: weights.nextStateIndex())
    }

    /// Work space of its products.
    public func reserve(_ use: inout WorkSpace, tokenCount: Int) {
        use.reserve(.queries, tokenCount, query.shape.rows)
        use.reserve(.keys, tokenCount, key.shape.rows)
        use.reserve(.values, tokenCount, value.shape.rows)
        use.reserve(.mixed, tokenCount, query.shape.rows)
        use.reserve(.change, tokenCount, output.shape.rows)
    }
}

/// Attention over the keys and values kept so far: projections, norms and turning of heads, the mix of values, output.
struct AttentionPart: Part, @unchecked Sendable {
    let attention: Attention
    let query, key, value, output: NetworkLayer
    let queryNorm, keyNorm: NormPart?
    /// Index of the angles in the pass.
    let rotary: Int?
    /// Index of the keys and values in the pass.
    let state: Int

    private typealias Numbers = UnsafeMutableBufferPointer<Float>

    func forward(
        _ input: UnsafeMutableBufferPointer<Float>, _ pass: inout Pass
    ) throws -> UnsafeMutableBufferPointer<Float> {
        let queries = try pass.apply(query, to: input, into: .queries)
        let keys = try pass.apply(key, to: input, into: .keys)
        let values = try pass.apply(value, to: input, into: .values)
        queryNorm?.forward(queries, into: queries, pass.steps)
        keyNorm?.forward(keys, into: keys, pass.steps)
        if let rotary {
            pass.rotate(queries, headCount: attention.headCount, by: rotary)
            pass.rotate(keys, headCount: attention.keyValueHeadCount, by: rotary)
        }
        let cache = pass.states[state]
        store(keys: keys, values: values, in: cache, pass)
        let mixed = pass.arena.numbers(.mixed, queries.count)
        attend(queries, into: mixed, cache, pass)
        return try pass.apply(output, to: mixed, into: .change)
    }

    /// Numbers that threads read and write, each its own heads'.
    private struct Work: @unchecked Sendable {
        let input: UnsafePointer<Float>
        let other: UnsafePointer<Float>
        let output: UnsafeMutablePointer<Float>

        init?(_ input: Numbers, _ other: Numbers, output: Numbers) {
            guard let first = input.baseAddress, let second = other.baseAddress,
                let target = output.baseAddress
            else { return nil }
            (self.input, self.other) = (UnsafePointer(first), UnsafePointer(second))
            self.output = target
        }
    }

    /// Writes keys and values of new positions.
    private func store(keys: Numbers, values: Numbers, in cache: KeyValueCache, _ pass: Pass) {
        guard let new = Work(keys, values, output: values) else { return }
        let (heads, size) = (attention.keyValueHeadCount, attention.headSize)
        let (position, tokenCount) = (pass.position, pass.tokenCount)
        @Sendable func storeHead(_ head: Int) {
            let (keys, values) = (cache.keys(head: head), cache.values(head: head))
            for token in 0..<tokenCount {
                let source = (token * heads + head) * size
                keys.write(new.input + source, position: position + token)
                values.write(new.other + source, position: position + token)
            }
        }
        if tokenCount > 1 { pass.pool.run(count: heads, storeHead) } else { (0..<heads).forEach(storeHead) }
    }

    /// Attends with the new tokens' queries, each text's with its own keys; threads share texts and key-value heads.
    private func attend(_ queries: Numbers, into output: Numbers, _ cache: KeyValueCache, _ pass: Pass) {
        guard let work = Work(queries, queries, output: output) else { return }
        let (size, heads) = (attention.headSize, attention.headCount)
        let shared = heads / attention.keyValueHeadCount
        let (position, texts) = (pass.position, pass.texts)
        let kernels = texts.map { text in
            AttentionKernel(
                factor: attention.factor,
                mask: attention.mask.positions(count: position + text.count, from: text.lowerBound))
        }
        // With one token a head is little work: then heads that share keys go to different threads too.
        let headsTogether = pass.tokenCount == 1 ? 1 : shared
        let groups = heads / headsTogether
        pass.pool.run(count: texts.count * groups) { index in
            let (text, first) = (texts[index / groups], index % groups * headsTogether)
            let parts = (first..<first + headsTogether).map { head in
                let place = (text.lowerBound * heads + head) * size
                return AttentionKernel.Queries(
                    start: work.input + place, output: work.output + place, stride: heads * size,
                    count: text.count, position: position + text.lowerBound)
            }
            kernels[index / groups].attend(
                parts, keys: cache.keys(head: first / shared), values: cache.values(head: first / shared))
        }
    }
}

extension Attention.Mask {
    /// The positions that a query sees, where `count` are kept.
    private func positions(count: Int) -> AttentionMask {
        switch self {
        case .causal: .causal
        case .window(let length): .slidingWindow(length)
        case .bidirectional: .bidirectional(count)
        }
    }

    /// The same for a text whose position 0 is kept at `start`.
    fileprivate func positions(count: Int, from start: Int) -> AttentionMask {
        let own = positions(count: count)
        guard start > 0 else { return own }
        return AttentionMask { position in
            let seen = own.visible(from: position - start)
            return seen.lowerBound + start..<seen.upperBound + start
        }
    }
}
