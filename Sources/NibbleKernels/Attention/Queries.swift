extension AttentionKernel {
    /// The queries of one head in one chunk of tokens, and where their results go.
    public struct Queries {
        /// The head's first query, `stride` from one token to the next.
        public let start: UnsafePointer<Float>
        /// Where the first result goes.
        public let output: UnsafeMutablePointer<Float>
        /// Numbers from one token's query to the next.
        public let stride: Int
        /// Numbers from one token's result to the next.
        public let outputStride: Int
        /// How many tokens there are.
        public let count: Int
        /// The position of the first.
        public let position: Int
        /// What is added to scores, or nil.
        public let bias: ScoreBias?
        /// A score that takes its part of the softmax and has no value (gpt-oss), or nil.
        public let sink: Float?

        /// The queries of one head.
        ///
        /// - Parameter outputStride: `stride` where it is nil.
        public init(
            start: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, stride: Int,
            outputStride: Int? = nil, count: Int, position: Int, bias: ScoreBias? = nil, sink: Float? = nil
        ) {
            self.start = start
            self.output = output
            self.stride = stride
            self.outputStride = outputStride ?? stride
            self.count = count
            self.position = position
            self.bias = bias
            self.sink = sink
        }
    }

    /// What is added to the scores of one head, before the softmax.
    public struct ScoreBias {
        private let start: UnsafePointer<Float>
        private let offset: Int
        private let tokenStride: Int

        /// A number for each token of the chunk and each key position: `start[token · tokenStride +
        /// position]`.
        public init(start: UnsafePointer<Float>, tokenStride: Int) {
            (self.start, self.offset, self.tokenStride) = (start, 0, tokenStride)
        }

        /// A number for each distance (key's position − query's position): relative buckets (T5), or linear
        /// biases with −slope · |distance| (ALiBi; Press and others 2022).
        ///
        /// - Parameters:
        ///   - zero: The number of distance 0; those before it are of keys before the query.
        ///   - position: The position of the chunk's first token.
        public init(byDistance zero: UnsafePointer<Float>, position: Int) {
            (start, offset, tokenStride) = (zero, -position, -1)
        }

        subscript(token: Int, position: Int) -> Float { start[offset + token * tokenStride + position] }
    }
}
