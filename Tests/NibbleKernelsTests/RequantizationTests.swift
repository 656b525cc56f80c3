import NibbleTestSupport
import Testing

@testable import NibbleKernels

@Suite struct RequantizationTests {
    static let extremes: [Int32] = [
        .min, .min + 1, -1 << 30, -3, -2, -1, 0, 1, 2, 3, 1 << 30, .max - 1, .max,
    ]

    private func sums(seed: UInt64) -> [Int32] {
        var generator = SeededGenerator(seed: seed)
        // Of every size: the low bits shifted out say where ties lie.
        return Self.extremes + (0..<4000).map { Int32(truncatingIfNeeded: generator.next()) >> ($0 % 31) }
    }

    /// Mantissas and shifts of TensorFlow Lite's QuantizeMultiplier.
    static let splits: [(multiplier: Double, mantissa: Int32, shift: Int)] = [
        (0.0003, 1_319_413_953, -11), (0.7, 1_503_238_554, 0), (0.5, 1 << 30, 0), (1.7, 1_825_361_101, 1),
        (0x1p-32, 1 << 30, -31), (0x1p-33, 0, 0), (0, 0, 0), (1 - 0x1p-40, 1 << 30, 1), (0x1p29, 1 << 30, 30),
    ]

    @Test(arguments: splits)
    func multipliersAreSplit(_ multiplier: Double, _ mantissa: Int32, _ shift: Int) throws {
        let split = try Requantization(multiplier: multiplier)
        #expect(split.mantissa == mantissa && split.shift == shift)
    }

    @Test(arguments: [-0.1, 0x1p30, .infinity, .nan])
    func multipliersOutsideAreRefused(_ multiplier: Double) {
        let error = #expect(throws: KernelError.self) { try Requantization(multiplier: multiplier) }
        #expect(error?.description.hasSuffix(".") == true)
    }

    @Test func highProductsRoundHalvesUp() {
        for (a, b) in zip(sums(seed: 1), sums(seed: 2).reversed()) {
            let expected = (Int64(a) * Int64(b) + (1 << 30)) >> 31
            #expect(Int64(Requantization.highProduct(a, b)) == min(expected, Int64(Int32.max)))
        }
        #expect(Requantization.highProduct(.min, .min) == .max)
        #expect(Requantization.highProduct(-1, 1 << 30) == 0 && Requantization.highProduct(1, 1 << 30) == 1)
    }

    @Test(arguments: 0...31) func divisionsRoundHalvesAwayFromZero(_ exponent: Int) {
        let half = exponent == 0 ? 0 : Int64(1) << Int64(exponent - 1)
        for value in sums(seed: 3) {
            let magnitude = (Int64(value.magnitude) + half) >> Int64(exponent)
            let quotient = Requantization.dividedByPowerOfTwo(value, exponent: exponent)
            #expect(Int64(quotient) == (value < 0 ? -magnitude : magnitude))
        }
    }

    @Test(arguments: [0.0003, 0.0123456, 0.25000001, 0.7, 0.999999, 1.7, 300.5, 0x1p-20, 0x1p-31, 0x1p12])
    func singleRoundingIsTheExactProductHalvesUp(_ multiplier: Double) throws {
        let requantization = try Requantization(multiplier: multiplier, rounding: .single)
        for sum in sums(seed: 4) {
            let product = Int128(sum) * Int128(requantization.mantissa)
            let rounded = ((product << Int128(requantization.shift + 31)) + (1 << 61)) >> 62
            let held = min(max(rounded, Int128(Int32.min)), Int128(Int32.max))
            #expect(Int128(requantization.scaled(sum)) == held)
        }
    }

    @Test(arguments: [0.0003, 0.0123456, 0.25000001, 0.7, 1.7])
    func bothRoundingsAreWithinOneOfTheProduct(_ multiplier: Double) throws {
        let double = try Requantization(multiplier: multiplier, rounding: .double)
        let single = try Requantization(multiplier: multiplier, rounding: .single)
        for sum in sums(seed: 5) where sum.magnitude < 1 << 30 {
            let exact = Double(sum) * multiplier
            #expect(abs(Double(single.scaled(sum)) - exact) <= 0.5 + abs(exact) * 0x1p-31)
            #expect(abs(Double(double.scaled(sum)) - exact) <= 1 + abs(exact) * 0x1p-31)
        }
    }

    @Test func roundingTwiceDiffersWhereATieAppears() throws {
        // 0.25000001 · 2 = 0.50000002: the first rounding leaves 1/2, and −1/2 falls away from zero in the second.
        let double = try Requantization(multiplier: 0.25000001, rounding: .double)
        let single = try Requantization(multiplier: 0.25, rounding: .single)
        #expect(double.scaled(-2) == -1 && double.scaled(2) == 1)
        #expect(single.scaled(-2) == 0 && single.scaled(2) == 1)
    }

    @Test func codesStayWithinTheirRange() throws {
        let relu = try Requantization(multiplier: 0.5, zeroPoint: -5, range: -5...127)
        #expect([-100, 0, 2, 100, .max, .min].map(relu.code(of:)) == [-5, -5, -4, 45, 127, -5])
        let unsigned = try Requantization(
            multiplier: 1, zeroPoint: 128, range: Requantization.unsignedBytes)
        #expect([-128, -129, 127, 128, .max, .min].map(unsigned.code(of:)) == [0, 0, 255, 255, 255, 0])
    }
}
