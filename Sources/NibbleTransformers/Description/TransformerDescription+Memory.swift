import NibbleKernels

/// What a run takes besides its weights, counted before anything is allocated.
extension TransformerDescription {
    /// What each attention keeps of a position, in the order of the forward pass.
    public var keyValueShapes: [KeyValueShape] {
        blocks.flatMap(\.branches).compactMap(\.mixer.keyValueShape)
    }

    /// The numbers between the products of `tokenCount` rows that go through the blocks at once.
    public func workSpace(tokenCount: Int) -> WorkSpace {
        var use = WorkSpace()
        use.reserve(.hidden, tokenCount, width)
        if stacks.contains(where: { $0.finalNorm != nil }) { use.reserve(.normalized, tokenCount, width) }
        for sum in blocks.flatMap(\.sums) {
            if sum.branches.count > 1 { use.reserve(.sum, tokenCount, width) }
            for branch in sum.branches {
                if branch.inputNorm != nil { use.reserve(.normalized, tokenCount, width) }
                branch.mixer.reserve(&use, tokenCount: tokenCount)
            }
        }
        return use
    }

    /// Bytes that a run of a text needs besides its weights: keys and values of the context, work space of the longest chunk,
    /// and one row of logits; `Int.max` if that is beyond counting.
    public func runByteCount(contextLength: Int, storage: VectorStorage = .f32) -> Int {
        let length = min(contextLength, self.contextLength)
        let parts = [
            KeyValueCache.byteCount(keyValueShapes, capacity: length, storage: storage),
            workSpace(tokenCount: min(length, DecoderSession.longestChunk)).byteCount,
            vocabularySize * MemoryLayout<Float>.stride,
        ]
        return parts.reduce(0) { sum, part in
            let (total, overflows) = sum.addingReportingOverflow(part)
            return overflows ? .max : total
        }
    }
}
