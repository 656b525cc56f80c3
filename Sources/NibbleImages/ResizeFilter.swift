import Foundation

/// How pixels are weighed where an image gets another size, as Pillow does it (Numerics §11).
public enum ResizeFilter: Int, Hashable, Sendable, CaseIterable {
    // The numbers are those of Pillow's `Image.Resampling`, which `preprocessor_config.json` gives as `resample`.
    /// The nearest pixel.
    case nearest = 0
    /// A sinc of three lobes each side, cut off by another.
    case lanczos = 1
    /// A triangle.
    case bilinear = 2
    /// Cubics with a = −0.5 (Keys 1981).
    case bicubic = 3
    /// All pixels under the new one alike.
    case box = 4
    /// A sinc of one lobe each side under a Hamming window.
    case hamming = 5

    /// How far the weights reach from the middle, in pixels of the smaller image.
    var support: Double {
        switch self {
        case .nearest: 0
        case .box: 0.5
        case .bilinear, .hamming: 1
        case .bicubic: 2
        case .lanczos: 3
        }
    }

    /// The weight at a distance, in pixels of the smaller image.
    func weight(_ distance: Double) -> Double {
        let x = abs(distance)
        switch self {
        case .nearest: return 0
        case .box: return distance > -0.5 && distance <= 0.5 ? 1 : 0
        case .bilinear: return x < 1 ? 1 - x : 0
        case .hamming:
            guard x > 0 else { return 1 }
            // Pillow writes the window's numbers in single precision.
            return x < 1 ? Self.sinc(x) * (Double(0.54 as Float) + Double(0.46 as Float) * cos(x * .pi)) : 0
        case .bicubic:
            let a = -0.5
            if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
            return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0
        case .lanczos:
            return distance >= -3 && distance < 3 ? Self.sinc(distance) * Self.sinc(distance / 3) : 0
        }
    }

    private static func sinc(_ x: Double) -> Double { x == 0 ? 1 : sin(x * .pi) / (x * .pi) }
}

/// The weights of the pixels that each new pixel along an edge is made of.
struct ResizeWeights {
    /// Bits behind the point: 8 bits of a pixel, and 2 for weights below 0 and sums above 1, leave so many of 32.
    static let fractionBits = 22

    /// The first pixel of each new one, and how many there are.
    private(set) var ranges: [Range<Int>] = []
    /// The weights of each new pixel, in steps of 2⁻²²; `stride` apart.
    private(set) var weights: [Int32] = []
    /// From one new pixel's weights to the next's.
    let stride: Int

    /// The weights for `count` pixels that become `newCount` (`precompute_coeffs` and `normalize_coeffs_8bpc` of Pillow's
    /// Resample.c).
    init(_ filter: ResizeFilter, from count: Int, to newCount: Int) {
        let scale = Double(count) / Double(newCount)
        let filterScale = max(scale, 1)
        let support = filter.support * filterScale
        stride = Int(support.rounded(.up)) * 2 + 1
        ranges.reserveCapacity(newCount)
        weights.reserveCapacity(newCount * stride)
        let inverse = 1 / filterScale
        for index in 0..<newCount {
            let center = (Double(index) + 0.5) * scale
            let first = max(0, Int(center - support + 0.5))
            let end = min(count, Int(center + support + 0.5))
            var row = (first..<end).map { filter.weight((Double($0) - center + 0.5) * inverse) }
            let sum = row.reduce(0, +)
            if sum != 0 { row = row.map { $0 / sum } }
            ranges.append(first..<end)
            weights += row.map { Int32($0 * Double(1 << Self.fractionBits) + ($0 < 0 ? -0.5 : 0.5)) }
            weights += [Int32](repeating: 0, count: stride - row.count)
        }
    }
}
