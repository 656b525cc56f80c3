/// How much of a row or column a part of a layout wants.
public enum Extent: Hashable, Sendable {
    /// Exactly this many cells, as long as there are so many.
    case fixed(Int)
    /// This share (0…1) of what is there before anything is handed out.
    case fraction(Double)
    /// At least this many cells, and an equal share of what is left over.
    case minimum(Int)
    /// A share of what is left over, in proportion to the weight.
    case fill(weight: Int)
}

extension Rect {
    /// Cuts the rectangle into columns from left to right, with `spacing` empty columns between them.
    ///
    /// The parts never overlap and never leave the rectangle; when there is not enough room the later parts
    /// shrink first, down to nothing.
    public func columns(_ extents: [Extent], spacing: Int = 0) -> [Rect] {
        var position = x
        return Layout.lengths(extents, total: width, spacing: spacing).map { length in
            defer { position = min(right, position + length + spacing) }
            return Rect(position, y, length, height)
        }
    }

    /// Cuts the rectangle into rows from top to bottom, with `spacing` empty rows between them.
    public func rows(_ extents: [Extent], spacing: Int = 0) -> [Rect] {
        var position = y
        return Layout.lengths(extents, total: height, spacing: spacing).map { length in
            defer { position = min(bottom, position + length + spacing) }
            return Rect(x, position, width, length)
        }
    }
}

/// The arithmetic of cutting a length into parts.
public enum Layout {
    /// The lengths of the parts: their sum with the spacing between them never exceeds `total`.
    public static func lengths(_ extents: [Extent], total: Int, spacing: Int = 0) -> [Int] {
        let gaps = max(0, extents.count - 1) * spacing
        let available = max(0, total - gaps)
        var lengths = extents.map { wanted($0, of: available) }
        share(max(0, available - lengths.reduce(0, +)), among: extents, into: &lengths)
        return capped(lengths, to: max(0, total), spacing: spacing)
    }

    private static func wanted(_ extent: Extent, of total: Int) -> Int {
        switch extent {
        case .fixed(let count), .minimum(let count): max(0, count)
        case .fraction(let share): Int((Double(total) * min(max(share, 0), 1)).rounded())
        case .fill: 0
        }
    }

    private static func share(_ rest: Int, among extents: [Extent], into lengths: inout [Int]) {
        let weights = extents.map { extent in
            switch extent {
            case .fixed, .fraction: 0
            case .minimum: 1
            case .fill(let weight): max(0, weight)
            }
        }
        let total = weights.reduce(0, +)
        guard total > 0 else { return }
        var handedOut = 0
        var weightSoFar = 0
        for (index, weight) in weights.enumerated() where weight > 0 {
            weightSoFar += weight
            let upToHere = rest * weightSoFar / total
            lengths[index] += upToHere - handedOut
            handedOut = upToHere
        }
    }

    private static func capped(_ lengths: [Int], to total: Int, spacing: Int) -> [Int] {
        var left = total
        return lengths.map { length in
            let given = min(length, left)
            left = max(0, left - given - spacing)
            return given
        }
    }
}
