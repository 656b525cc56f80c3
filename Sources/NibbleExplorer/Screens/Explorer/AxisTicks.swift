import Foundation

/// Round numbers along an axis.
enum AxisTicks {
    /// As many round numbers as can be read on an axis of some columns, at least two where the axis allows it.
    ///
    /// - Returns: The numbers in ascending order with their texts.
    static func labels(from lower: Double, to upper: Double, columns: Int) -> [(value: Double, text: String)]
    {
        for count in stride(from: max(2, columns / 6), through: 1, by: -1) {
            let step = step(from: lower, to: upper, count: count)
            let labels = values(from: lower, to: upper, count: count).map {
                (value: $0, text: text($0, step: step))
            }
            let widest = labels.map(\.text.columns).max() ?? 0
            let spacing = step / (upper - lower) * Double(columns)
            if labels.count < 2 || Double(widest + 2) <= spacing { return labels }
        }
        return []
    }

    /// About `count` multiples of 1, 2 or 5 times a power of ten between `lower` and `upper`.
    private static func values(from lower: Double, to upper: Double, count: Int) -> [Double] {
        let step = step(from: lower, to: upper, count: count)
        guard step > 0, step.isFinite else { return [] }
        let first = (lower / step).rounded(.up)
        let last = (upper / step).rounded(.down)
        guard first <= last, last - first < 200 else { return [] }
        return stride(from: first, through: last, by: 1).map { $0 * step }
    }

    /// The tick's value with as many decimals as its step needs.
    private static func text(_ value: Double, step: Double) -> String {
        let rounded = abs(value) < step * 1e-6 ? 0 : value
        if rounded == 0 { return "0" }
        if abs(rounded) >= 1e5 || step < 1e-5 { return FigureText.number(rounded, digits: 3) }
        return FigureText.decimals(rounded, max(0, min(6, Int((-log10(step)).rounded(.up)))))
    }

    private static func step(from lower: Double, to upper: Double, count: Int) -> Double {
        let raw = (upper - lower) / Double(max(count, 1))
        guard raw > 0, raw.isFinite else { return 0 }
        let power = pow(10, floor(log10(raw)))
        let factor = [1.0, 2, 5, 10].first { $0 * power >= raw } ?? 10
        return factor * power
    }
}

extension Double {
    /// log₁₀ of the number.
    var logarithm10: Double { log10(self) }
}
