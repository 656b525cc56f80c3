import NibbleImages
import NibbleKernels

/// Patches and the tables beside them, ready to become hidden states.
struct PatchInputPart: Sendable {
    let input: PatchInput
    private let projection: NetworkLayer
    private let leadingTokens: [[Float]]
    private let positions: PositionTable

    init(_ input: PatchInput, _ weights: NetworkWeights) throws {
        self.input = input
        projection = try weights.layer(input.projection)
        leadingTokens = try input.leadingTokens.map(weights.required)
        positions = PositionTable(
            rows: try weights.required(input.positions), width: projection.shape.rows,
            leadingCount: leadingTokens.count, grid: input.grid(of: input.imageSize))
    }

    /// The rows of positions for images of a size, the leading tokens' first.
    func positions(for size: ImageSize) -> [Float] {
        size == input.imageSize ? positions.rows : positions.resized(to: input.grid(of: size))
    }

    /// The hidden states of the pass's images, whose rows follow each other.
    ///
    /// - Parameter positions: What ``positions(for:)`` gives for each one's size.
    func forward(
        _ images: [PreparedImage], positions: [[Float]], _ pass: inout Pass
    ) throws -> UnsafeMutableBufferPointer<Float> {
        let (width, columns) = (projection.shape.rows, projection.shape.columns)
        let counts = pass.texts.map { $0.count - leadingTokens.count }
        let total = counts.reduce(0, +)
        var patches = [Float](repeating: 0, count: total * columns)
        let projected = try patches.withUnsafeMutableBufferPointer { patches in
            var start = 0
            for (image, count) in zip(images, counts) {
                write(image, into: .init(rebasing: patches[start..<start + count * columns]))
                start += count * columns
            }
            return try pass.apply(projection, to: patches, rowCount: total, into: .change)
        }
        let hidden = pass.arena.numbers(.hidden, pass.tokenCount * width)
        let leading = Array(leadingTokens.joined())
        var source = projected[...]
        for (rows, positions) in zip(pass.texts, positions) {
            let target = UnsafeMutableBufferPointer(
                rebasing: hidden[rows.lowerBound * width..<rows.upperBound * width])
            let patches = source.prefix(target.count - leading.count)
            source = source.dropFirst(patches.count)
            _ = target.update(fromContentsOf: positions)
            for (index, value) in leading.enumerated() { target[index] += value }
            guard let start = target.baseAddress,
                let change = UnsafeBufferPointer(rebasing: patches).baseAddress
            else { continue }
            VectorKernels.addScaled(change, factor: 1, to: start + leading.count, count: patches.count)
        }
        return hidden
    }

    /// One row for each patch, from left to right and top to bottom: its pixels in the order of the projection's columns.
    private func write(_ image: PreparedImage, into target: UnsafeMutableBufferPointer<Float>) {
        let (size, edge, grid) = (image.size, input.patchSize, input.grid(of: image.size))
        image.numbers.withUnsafeBufferPointer { pixels in
            guard var place = target.baseAddress, let first = pixels.baseAddress else { return }
            for patch in 0..<grid.height * grid.width {
                for channel in 0..<input.channelCount {
                    for line in 0..<edge.height {
                        let y = patch / grid.width * edge.height + line
                        let start = (channel * size.height + y) * size.width + patch % grid.width * edge.width
                        place.update(from: first + start, count: edge.width)
                        place += edge.width
                    }
                }
            }
        }
    }
}
