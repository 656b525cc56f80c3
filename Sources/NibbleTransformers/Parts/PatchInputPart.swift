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

    /// The hidden states of images whose pixels come channel by channel, row by row, image after image.
    func forward(
        _ images: [[Float]], _ pass: inout Pass
    ) throws -> UnsafeMutableBufferPointer<Float> {
        let width = projection.shape.rows
        let leading = leadingTokens.count * width
        let count = input.positionCount - leadingTokens.count
        var patches = [Float](repeating: 0, count: images.count * count * projection.shape.columns)
        let projected = try patches.withUnsafeMutableBufferPointer { patches in
            for (index, image) in images.enumerated() {
                let size = count * projection.shape.columns
                write(patches: image, into: .init(rebasing: patches[index * size..<(index + 1) * size]))
            }
            return try pass.apply(projection, to: patches, rowCount: images.count * count, into: .change)
        }
        let hidden = pass.arena.numbers(.hidden, images.count * input.positionCount * width)
        for image in images.indices {
            let (start, source) = (image * input.positionCount * width, image * count * width)
            for index in 0..<leading {
                hidden[start + index] = leadingTokens[index / width][index % width] + positions[index]
            }
            for index in 0..<count * width {
                hidden[start + leading + index] = projected[source + index] + positions[leading + index]
            }
        }
        return hidden
    }

    /// One row for each patch, from left to right and top to bottom: its pixels in the order of the projection's columns.
    private func write(patches pixels: [Float], into target: UnsafeMutableBufferPointer<Float>) {
        let (size, edge) = (input.imageSize, input.patchSize)
        let along = size / edge
        pixels.withUnsafeBufferPointer { pixels in
            guard var place = target.baseAddress, let first = pixels.baseAddress else { return }
            for patch in 0..<along * along {
                for channel in 0..<input.channelCount {
                    for line in 0..<edge {
                        let y = patch / along * edge + line
                        place.update(
                            from: first + (channel * size + y) * size + patch % along * edge, count: edge)
                        place += edge
                    }
                }
            }
        }
    }
}
