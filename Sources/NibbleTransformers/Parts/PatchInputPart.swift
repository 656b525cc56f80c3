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

    /// The hidden states of an image.
    ///
    /// - Parameters:
    ///   - pixels: Channel by channel, row by row.
    ///   - positions: What ``positions(for:)`` gives for its size.
    func forward(
        _ pixels: [Float], size: ImageSize, positions: [Float], _ pass: inout Pass
    ) throws -> UnsafeMutableBufferPointer<Float> {
        let width = projection.shape.rows
        var patches = patches(of: pixels, size)
        let leading = leadingTokens.count * width
        let count = positions.count / width - leadingTokens.count
        let projected = try patches.withUnsafeMutableBufferPointer {
            try pass.apply(projection, to: $0, rowCount: count, into: .change)
        }
        let hidden = pass.arena.numbers(.hidden, positions.count)
        for index in 0..<leading {
            hidden[index] = leadingTokens[index / width][index % width] + positions[index]
        }
        for index in 0..<count * width {
            hidden[leading + index] = projected[index] + positions[leading + index]
        }
        return hidden
    }

    /// One row for each patch, from left to right and top to bottom: its pixels in the order of the projection's columns.
    private func patches(of pixels: [Float], _ size: ImageSize) -> [Float] {
        let (edge, grid) = (input.patchSize, input.grid(of: size))
        var patches: [Float] = []
        patches.reserveCapacity(grid.height * grid.width * input.projection.shape.columns)
        for patch in 0..<grid.height * grid.width {
            for channel in 0..<input.channelCount {
                for line in 0..<edge.height {
                    let y = patch / grid.width * edge.height + line
                    let start = (channel * size.height + y) * size.width + patch % grid.width * edge.width
                    patches += pixels[start..<start + edge.width]
                }
            }
        }
        return patches
    }
}
