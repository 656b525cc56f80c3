/// The signed 8-bit dynamic map of bitsandbytes: 256 values within ±1 whose spacing follows their magnitude.
///
/// For i = 0 … 6 the midpoints of 2^i equal parts of 0.1 … 1, times 10^(i − 6), with both signs; and 0 and 1; in ascending order
/// (Dettmers 2015, arXiv 1511.04561; Numerics §4). A block of numbers has a scale, max|x|, and the codes of y = x · (1 ÷ scale):
/// the value nearest to y rounded to one of 65536 places from −1 to 1, as on processors in bitsandbytes 0.50 (`cpu_ops.cpp`);
/// its GPU code leaves the places out, which tells for numbers around 2^−15 of the scale.
public enum DynamicMap {
    /// The value of each code, ascending.
    public static let values: [Float] = {
        var values: [Float] = [0, 1]
        for exponent in 0..<7 {
            let ends = ends(parts: 1 << exponent)
            let power = power(exponent - 6)
            for (lower, upper) in zip(ends, ends.dropFirst()) {
                let middle = (lower + upper) / 2 * power
                values += [middle, -middle]
            }
        }
        return values.sorted()
    }()

    /// The ends of equal parts of 0.1 … 1, counted from the nearer end and rounded once, as PyTorch's linspace.
    private static func ends(parts: Int) -> [Float] {
        let (lowest, step) = (Float(0.1), Double((1 - Float(0.1)) / Float(parts)))
        return (0...parts).map { place in
            place < (parts + 1) / 2
                ? Float(Double(lowest) + step * Double(place)) : Float(1 - step * Double(parts - place))
        }
    }

    /// 10^exponent for exponent ≤ 0.
    private static func power(_ exponent: Int) -> Float {
        Float(1 / (0..<(-exponent)).reduce(1.0) { power, _ in power * 10 })
    }

    /// The code of each place from −1 to 1: every code has those up to the middle between its value and the next.
    private static let codes: [UInt8] = {
        var codes: [UInt8] = []
        for (code, pair) in zip(values, values.dropFirst()).enumerated() {
            while number(atPlace: codes.count) <= (pair.0 + pair.1) / 2 { codes.append(UInt8(code)) }
        }
        return codes + [UInt8](repeating: 255, count: lastPlace + 1 - codes.count)
    }()

    private static func number(atPlace place: Int) -> Float { -1 + 2 * Float(place) / Float(lastPlace) }

    private static let lastPlace = 65535

    /// The code of a number in a block whose largest magnitude is `largest`; NaN stands for zero; 0 in a block of zeros.
    public static func code(_ number: Float, largest: Float) -> UInt8 {
        guard largest > 0 else { return 0 }
        let scaled = number * (1 / largest)
        let held = scaled.isNaN ? 0 : min(max(scaled, -1), 1)
        return codes[Int((held + 1) * 0.5 * Float(lastPlace) + 0.5)]
    }
}
