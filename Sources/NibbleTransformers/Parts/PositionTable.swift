import NibbleImages

/// The learned rows of positions: some for leading tokens, then one for each patch of a grid.
struct PositionTable: Sendable {
    let rows: [Float]
    /// Channels of a row.
    let width: Int
    let leadingCount: Int
    let grid: ImageSize

    /// The rows for another grid, in single precision: those of the leading tokens as they are, the others by the cubics of
    /// `torch.nn.functional.interpolate(mode="bicubic", align_corners=False)` without antialiasing (a = −0.75; ATen's
    /// native/UpSample.h), as DINOv2's `interpolate_pos_encoding` asks for.
    ///
    ///     source = (place + ½) · old ÷ new − ½
    ///
    /// Rows beyond the edge are those of the edge.
    func resized(to newGrid: ImageSize) -> [Float] {
        let vertical = Self.taps(grid.height, newGrid.height)
        let horizontal = Self.taps(grid.width, newGrid.width)
        let leading = leadingCount * width
        var result = Array(rows[..<leading])
        result.reserveCapacity(leading + newGrid.height * newGrid.width * width)
        for down in vertical {
            for across in horizontal {
                for channel in 0..<width {
                    var sum: Float = 0
                    for (row, rowWeight) in zip(down.places, down.weights) {
                        var line: Float = 0
                        for (column, weight) in zip(across.places, across.weights) {
                            line += rows[leading + (row * grid.width + column) * width + channel] * weight
                        }
                        sum += line * rowWeight
                    }
                    result.append(sum)
                }
            }
        }
        return result
    }

    /// Four places along an edge, and how much each weighs.
    private struct Taps {
        let places: [Int]
        let weights: [Float]
    }

    private static func taps(_ count: Int, _ newCount: Int) -> [Taps] {
        let scale = Float(count) / Float(newCount)
        return (0..<newCount).map { index in
            let source = (Float(index) + 0.5) * scale - 0.5
            let floor = source.rounded(.down)
            let rest = source - floor
            return Taps(
                places: (-1...2).map { min(max(Int(floor) + $0, 0), count - 1) },
                weights: [far(rest + 1), near(rest), near(1 - rest), far(2 - rest)])
        }
    }

    private static let a: Float = -0.75
    /// The cubic within one step.
    private static func near(_ x: Float) -> Float { ((a + 2) * x - (a + 3)) * x * x + 1 }
    /// The cubic from one step to two.
    private static func far(_ x: Float) -> Float { ((a * x - 5 * a) * x + 8 * a) * x - 4 * a }
}
