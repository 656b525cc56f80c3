import Foundation

/// Numbers as a person reads them, each short enough for its column: the same on the screen and in what commands print.
///
/// Bytes come in powers of 1000 with three significant digits (`B`, `KB`, `MB`, `GB`, `TB`), counts of weights likewise
/// (` K`, ` M`, ` B` for 10⁹, ` T`); other counts are written out in groups of three. Real numbers have a fixed number of
/// significant digits and a true minus sign; in tables that other programs read, ``plain(_:digits:)`` writes them.
///
/// ```swift
/// FigureText.bytes(2_200_000_000)                         // "2.20 GB"
/// FigureText.count(1_100_048_384) + " weights"            // "1.10 B weights"
/// FigureText.percent(0.0012)                              // "0.12%"
/// ```
public enum FigureText {
    /// A number of bytes with three significant digits: `643 MB`, `2.20 GB` (powers of 1000).
    public static func bytes(_ count: Int) -> String {
        scaled(count, [" B", " KB", " MB", " GB", " TB"])
    }

    /// A count with its unit of a thousand: `1.10 B`, `260 K`.
    public static func count(_ count: Int) -> String { scaled(count, ["", " K", " M", " B", " T"]) }

    /// A number in the largest of some units, each a thousand times the one before, that leaves something before the point.
    private static func scaled(_ count: Int, _ units: [String]) -> String {
        var value = Double(count)
        var unit = 0
        while value >= 999.5, unit < units.count - 1 {
            value /= 1000
            unit += 1
        }
        return (unit == 0 ? "\(count)" : significant(value)) + units[unit]
    }

    /// A whole number with thin groups of three: `612 408`.
    public static func grouped(_ count: Int) -> String {
        let digits = Array(String(count.magnitude))
        var text = count < 0 ? "−" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text += " " }
            text.append(digit)
        }
        return text
    }

    /// A share as per cent: `0.10%`, `93.7%`, `<0.01%` for anything above nothing.
    public static func percent(_ fraction: Double) -> String {
        let percent = fraction * 100
        if !percent.isFinite { return "—" }
        if percent == 0 { return "0%" }
        if percent < 0.01 { return "<0.01%" }
        return decimals(percent, percent < 1 ? 2 : percent < 99.95 ? 1 : 0) + "%"
    }

    /// A real number with four significant digits, in e-notation where it would be long.
    public static func number(_ value: Double, digits: Int = 4) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "−∞" : "∞" }
        if value == 0 { return "0" }
        let text =
            (1e-4..<1e6).contains(value.magnitude)
            ? String(format: "%.\(max(0, digits - 1 - Int(floor(log10(value.magnitude)))))f", value)
            : String(format: "%.\(max(digits - 2, 0))e", value)
        return text.replacing("-", with: "−")
    }

    /// A number with a fixed count of decimals and a true minus sign.
    public static func decimals(_ value: Double, _ places: Int) -> String {
        value.isFinite ? String(format: "%.\(places)f", value).replacing("-", with: "−") : number(value)
    }

    /// A number with one significant digit in e-notation: `5e−04`.
    public static func exponent(_ value: Double) -> String {
        value.isFinite ? String(format: "%.0e", value).replacing("-", with: "−") : number(value)
    }

    /// A divergence in nats: `0.031`, `1.2e−5`.
    public static func nats(_ value: Double) -> String {
        value.magnitude < 0.0005 && value != 0 ? number(value, digits: 3) : decimals(value, 3)
    }

    /// A number as C writes it with `%g`, in ASCII: `0.03125`, `-1e-05`, `inf`, `nan`.
    public static func plain(_ value: Double, digits: Int = 4) -> String {
        String(format: "%.\(digits)g", value)
    }

    /// A number with a fixed count of decimals, in ASCII: `-0.50`, `inf`, `nan`.
    public static func plain(_ value: Double, decimals places: Int) -> String {
        String(format: "%.\(places)f", value)
    }

    private static func significant(_ value: Double) -> String {
        decimals(value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0)
    }
}
