import Foundation

/// Numbers as text.
enum Figures {
    /// A number with so many significant digits; `inf` and `nan` as such.
    static func significant(_ value: Double, _ digits: Int = 4) -> String {
        String(format: "%.\(digits)g", value)
    }

    /// A number with so many digits behind the point.
    static func decimals(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }

    /// A share in per cent.
    static func percent(_ fraction: Double) -> String {
        fraction > 0 && fraction < 0.0001
            ? "\(significant(fraction * 100, 2)) %" : "\(decimals(fraction * 100, 2)) %"
    }

    /// Bytes in decimal units.
    static func bytes(_ count: Int) -> String {
        scaled(Double(count), [("GB", 1e9), ("MB", 1e6), ("kB", 1e3)]) ?? "\(count) bytes"
    }

    /// A count in decimal units, such as 2.9 M.
    static func count(_ count: Int) -> String {
        scaled(Double(count), [("G", 1e9), ("M", 1e6), ("k", 1e3)]) ?? "\(count)"
    }

    private static func scaled(_ value: Double, _ units: [(name: String, size: Double)]) -> String? {
        guard let unit = units.first(where: { value >= $0.size }) else { return nil }
        let number = value / unit.size
        return "\(decimals(number, number < 100 ? number < 10 ? 2 : 1 : 0)) \(unit.name)"
    }
}
