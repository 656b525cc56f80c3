import Testing

@testable import NibbleKernels

/// Activations in blocks of 256.
@Suite struct SuperBlockTests {
    @Test func codesFollowTheLargestValue() {
        for seed in 0..<20 {
            var values = Samples.normal(600, seed: UInt64(seed), deviation: 3)
            // A tie of magnitudes: the first decides the sign.
            (values[300], values[310]) = seed % 2 == 0 ? (99, -99) : (-99, 99)
            var report = KernelReport()
            let token = QuantizedToken(values, scheme: SuperBlockActivations(), report: &report)
            for (block, start) in [0, 256, 512].enumerated() {
                let part = values[start..<min(start + 256, 600)]
                let largest = part.map(\.magnitude).max() ?? 0
                let signed = part.first { $0.magnitude == largest } ?? 0
                let inverse = -127 / signed
                #expect(token.scales[block] == 1 / inverse)
                for column in part.indices {
                    let code = Int16(min(127, (inverse * values[column]).rounded(.toNearestOrEven)))
                    #expect(token.codes[column] == code)
                }
            }
            #expect(report.activationClips.count == 0 && report.activationClips.total == 600)
        }
    }

    @Test func zerosAndStrangeValues() {
        var values = [Float](repeating: -0.0, count: 1024)
        values.replaceSubrange(256..<260, with: [.nan, .infinity, -.infinity, 2])
        values[512] = .leastNonzeroMagnitude
        values[768] = .leastNormalMagnitude
        var report = KernelReport()
        let token = QuantizedToken(values, scheme: SuperBlockActivations(), report: &report)
        #expect(token.scales[0] == 0 && token.scales[2] == 0 && token.scales[3] == 0)
        #expect(token.codes[0..<256].allSatisfy { $0 == 0 })
        #expect(Array(token.codes[256..<261]) == [0, -127, 127, -127, 0])
        #expect(token.codes[512] == 0 && report.nonFiniteValues.count == 3)
    }

    @Test func formatsOfSuperBlocksOfferThem() throws {
        for format in FormatCatalogue.all where format.family == .gguf {
            let layout = try format.layout(
                of: MatrixShape(rows: 1, columns: 1), encoding: format.defaultEncoding)
            #expect(format.activations.contains("int8-block256") == (layout.paddingColumns == 255))
            #expect(format.activations.first == "int8-block32")
        }
    }
}
