import Testing

@testable import NibbleKernels

@Suite struct ActivationTests {
    static let names = ActivationCatalogue.all.filter { $0.codeBits != nil }.map(\.name)

    private func quantize(_ values: [Float], _ name: String) throws -> (QuantizedToken, KernelReport) {
        var report = KernelReport()
        let scheme = try ActivationCatalogue.scheme(named: name)
        return (QuantizedToken(values, scheme: scheme, report: &report), report)
    }

    @Test(arguments: names, Samples.columnCounts)
    func valuesAreWithinHalfAStep(_ name: String, _ count: Int) throws {
        let values = Samples.normal(count, seed: UInt64(count))
        let (token, report) = try quantize(values, name)
        let bits = try #require(try ActivationCatalogue.scheme(named: name).codeBits)
        var clips = 0
        for (index, value) in values.enumerated() {
            let scale = token.scales[index / token.blockSize]
            let (code, steps) = (Float(token.codes[index]), value / scale)
            #expect(code >= -Float(1 << (bits - 1)) && code <= Float((1 << (bits - 1)) - 1))
            // A block's f16 scale is rounded after its codes were chosen: 127 · 2⁻¹¹ of a step.
            let slack: Float = token.blockSize == 32 ? 0.07 : 0.001
            if steps > Float((1 << (bits - 1)) - 1) + 0.5 {
                clips += 1
                #expect(steps - code <= 1)
            } else {
                #expect((steps - code).magnitude <= 0.5 + slack)
            }
        }
        #expect(report.activationClips.count == clips || token.blockSize == 32)
        #expect(report.activationClips.total == count && report.nonFiniteValues.total == count)
    }

    @Test(arguments: names)
    func strangeValuesAreCounted(_ name: String) throws {
        let (token, report) = try quantize([1, .nan, .infinity, -.infinity, -1], name)
        #expect(report.nonFiniteValues.count == 3)
        #expect(token.codes[1] == 0)
        // Infinities among outliers are multiplied as they are.
        guard try ActivationCatalogue.scheme(named: name).outlierThreshold == nil else {
            return #expect(token.codes[2] == 0 && token.codes[3] == 0)
        }
        // A scale may be negative, so that the largest value has the lowest code.
        let codes = token.scales[0] < 0 ? token.codes.map { -$0 } : token.codes
        #expect(codes[2] == codes.max() && codes[2] > 0)
        #expect(codes[3] == codes.min() && codes[3] < 0)
    }

    @Test(arguments: names)
    func zerosAndTinyValuesStayFinite(_ name: String) throws {
        for values in [[Float](repeating: 0, count: 40), [0x1p-146, -0x1p-148], [3e38, -3e38, 1]] {
            let (token, _) = try quantize(values, name)
            for (index, code) in token.codes.enumerated() {
                let decoded = Float(code) * token.scales[index / token.blockSize]
                #expect(decoded.isFinite && decoded * values[index] >= 0)
            }
        }
    }

    @Test func fixedPointClipsAPowerOfTwo() throws {
        // n = 7: 1 is 128 steps, one more than a word of eight bits holds; the negative end fits.
        let (token, report) = try quantize([1, -1, 0.5], "fixed8")
        #expect(token.codes == [127, -128, 64] && token.scales[0] == 0x1p-7)
        #expect(report.activationClips.count == 1 && report.activationClips.worstExcess == 0x1p-7)
    }

    @Test func blocksBeyondHalfClip() throws {
        let (token, report) = try quantize([1e8, 65504, 0], "int8-block32")
        #expect(token.scales[0] == 65504 && token.codes == [127, 1, 0])
        #expect(report.activationClips.count == 1)
        #expect(report.activationClips.worstExcess == 1e8 - 127 * 65504)
    }
}
