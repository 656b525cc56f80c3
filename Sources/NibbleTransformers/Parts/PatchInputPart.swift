import NibbleKernels

/// Patches and the tables beside them, ready to become hidden states.
struct PatchInputPart: Sendable {
    let input: PatchInput
    private let projection: NetworkLayer
    private let leadingTokens: [[Float]]
    private let positions: [Float]

    init(_ input: PatchInput, _ weights: NetworkWeights) throws {
        self.input = input
        projection = try weights.layer(input.projection)
        leadingTokens = try input.leadingTokens.map(weights.required)
        positions = try weights.required(input.positions)
    }

    /// The hidden states of an image whose pixels come channel by channel, row by row.
    func forward(
        _ pixels: [Float], _ pass: inout Pass
    ) throws -> UnsafeMutableBufferPointer<Float> {
        let width = projection.shape.rows
        var patches = patches(of: pixels)
        let leading = leadingTokens.count * width
        let count = input.positionCount - leadingTokens.count
        let projected = try patches.withUnsafeMutableBufferPointer {
            try pass.apply(projection, to: $0, rowCount: count, into: .change)
        }
        let hidden = pass.arena.numbers(.hidden, input.positionCount * width)
        for index in 0..<leading {
            hidden[index] = leadingTokens[index / width][index % width] + positions[index]
        }
        for index in 0..<count * width {
            hidden[leading + index] = projected[index] + positions[leading + index]
        }
        return hidden
    }

    /// One row for each patch, from left to right and top to bottom: its pixels in the order of the projection's columns.
    private func patches(of pixels: [Float]) -> [Float] {
        let (size, edge) = (input.imageSize, input.patchSize)
        let along = size / edge
        var patches: [Float] = []
        patches.reserveCapacity(along * along * input.channelCount * edge * edge)
        for patch in 0..<along * along {
            for channel in 0..<input.channelCount {
                for line in 0..<edge {
                    let y = patch / along * edge + line
                    let start = (channel * size + y) * size + patch % along * edge
                    patches += pixels[start..<start + edge]
                }
            }
        }
        return patches
    }
}
