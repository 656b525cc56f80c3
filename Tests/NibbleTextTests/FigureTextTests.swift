import NibbleText
import Testing

/// Figures at the ends of their units.
struct FigureTextTests {
    @Test(arguments: [
        (0, "0 B"), (999, "999 B"), (1000, "1.00 KB"), (90_400, "90.4 KB"), (999_499, "999 KB"),
        (999_500, "1.00 MB"), (643_000_000, "643 MB"), (2_200_000_000, "2.20 GB"),
        (5_000_000_000_000_000, "5000 TB"),
    ])
    func bytesComeInPowersOfAThousand(count: Int, text: String) { #expect(FigureText.bytes(count) == text) }

    @Test(arguments: [
        (0, "0"), (999, "999"), (260_032, "260 K"), (134_105_856, "134 M"), (1_100_048_384, "1.10 B"),
        (1_500_000_000_000, "1.50 T"),
    ])
    func countsOfWeightsHaveUnits(count: Int, text: String) { #expect(FigureText.count(count) == text) }

    @Test(arguments: [(0, "0"), (612, "612"), (612_408, "612 408"), (-1_234_567, "−1 234 567")])
    func otherCountsAreGrouped(count: Int, text: String) { #expect(FigureText.grouped(count) == text) }

    @Test(arguments: [
        (0, "0%"), (1e-6, "<0.01%"), (0.001, "0.10%"), (0.937, "93.7%"), (1, "100%"), (.nan, "—"),
    ])
    func sharesArePercentages(fraction: Double, text: String) {
        #expect(FigureText.percent(fraction) == text)
    }

    @Test func realNumbersKeepTheirDigits() {
        #expect(FigureText.number(-0.03125) == "−0.03125")
        #expect(FigureText.number(1234.6, digits: 3) == "1235")
        #expect(FigureText.number(1.5e-7) == "1.50e−07")
        #expect(FigureText.number(-.infinity) == "−∞")
        #expect(FigureText.decimals(-0.5, 2) == "−0.50")
        #expect(FigureText.nats(0.0311) == "0.031")
    }

    @Test func plainNumbersAreASCII() {
        #expect(FigureText.plain(-0.03125) == "-0.03125")
        #expect(FigureText.plain(1.5e-7, digits: 3) == "1.5e-07")
        #expect(FigureText.plain(-0.5, decimals: 2) == "-0.50")
        #expect(FigureText.plain(.infinity, decimals: 2) == "inf")
    }
}
