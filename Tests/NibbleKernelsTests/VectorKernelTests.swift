import Foundation
import NibbleKernels
import Testing

@Suite struct VectorKernelTests {
    private let values = Samples.normal(37, seed: 1)

    @Test func rmsNormDividesByTheRootMeanSquare() throws {
        let weight = Samples.normal(37, seed: 2)
        var output = [Float](repeating: 0, count: 37)
        var span = output.mutableSpan
        try VectorKernels.rmsNorm(values.span, weight: weight.span, epsilon: 1e-5, into: &span)
        let mean = values.reduce(0.0) { $0 + Double($1) * Double($1) } / 37
        for index in 0..<37 {
            let expected = Double(values[index]) / (mean + 1e-5).squareRoot() * Double(weight[index])
            #expect(abs(Double(output[index]) - expected) <= 1e-6 * max(1, abs(expected)))
        }
    }

    @Test func softmaxSumsToOneAndKeepsRatios() {
        var scores = values + [800]
        var span = scores.mutableSpan
        VectorKernels.softmax(&span)
        #expect(scores[37] == 1 && scores[0] == 0)
        scores = values
        span = scores.mutableSpan
        VectorKernels.softmax(&span)
        #expect(abs(scores.reduce(0, +) - 1) < 1e-6)
        #expect(abs(scores[1] / scores[0] - exp(values[1] - values[0])) < 1e-5 * scores[1] / scores[0])
        var none: [Float] = []
        span = none.mutableSpan
        VectorKernels.softmax(&span)
    }

    @Test func siluIsMultiplied() throws {
        var gate = values
        let up = Samples.normal(37, seed: 3)
        var span = gate.mutableSpan
        try VectorKernels.siluMultiply(gate: &span, up: up.span)
        for index in 0..<37 {
            let x = Double(values[index])
            let expected = x / (1 + exp(-x)) * Double(up[index])
            #expect(abs(Double(gate[index]) - expected) <= 1e-6)
        }
    }

    @Test func layersAreNormalized() throws {
        let (weight, bias) = (Samples.normal(37, seed: 5), Samples.normal(37, seed: 6))
        let mean = values.reduce(0.0) { $0 + Double($1) } / 37
        let variance = values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / 37
        for hasBias in [false, true] {
            var output = [Float](repeating: 0, count: 37)
            var span = output.mutableSpan
            try VectorKernels.layerNorm(
                values.span, weight: weight.span, bias: (hasBias ? bias : []).span, epsilon: 1e-5, into: &span
            )
            for index in 0..<37 {
                let normal = (Double(values[index]) - mean) / (variance + 1e-5).squareRoot()
                let expected = normal * Double(weight[index]) + (hasBias ? Double(bias[index]) : 0)
                #expect(abs(Double(output[index]) - expected) <= 1e-5)
            }
            var places = [Float](repeating: 0, count: 36)
            var short = places.mutableSpan
            #expect(throws: KernelError.self) {
                try VectorKernels.layerNorm(
                    values.span, weight: weight.span, bias: bias.span, epsilon: 1e-5, into: &short)
            }
        }
    }

    @Test func geluFollowsItsDefinition() {
        var output = values + [-30, 30, 0]
        let inputs = output
        var span = output.mutableSpan
        VectorKernels.gelu(&span)
        for (x, y) in zip(inputs.map(Double.init), output) {
            let expected = 0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
            #expect(abs(Double(y) - expected) <= 1e-6 * max(1, abs(x)))
        }
    }

    @Test func exactGELUFollowsItsDefinition() {
        let inputs =
            (-16000...16000).map { Float($0) / 2000 } + [-30, 30, -6.3639, 6.3641, .leastNonzeroMagnitude]
        var output = inputs
        var span = output.mutableSpan
        VectorKernels.geluErf(&span)
        for (x, y) in zip(inputs.map(Double.init), output) {
            let expected = 0.5 * x * erfc(-x / 2.squareRoot())
            #expect(abs(Double(y) - expected) <= 7e-10 + 0.5 * Double(Float(expected).ulp))
        }
    }

    @Test func exactGELUTakesEndsAndKeepsNotANumber() {
        var ends: [Float] = [.infinity, -.infinity, 0, -0.0, .nan, .greatestFiniteMagnitude]
        var span = ends.mutableSpan
        VectorKernels.geluErf(&span)
        #expect(ends[0] == .infinity && ends[1] == 0 && ends[2] == 0 && ends[3] == 0)
        #expect(ends[4].isNaN && ends[5] == .greatestFiniteMagnitude)
    }

    @Test func theExactGELUOfAValueDoesNotDependOnItsPlace() {
        var together = values
        VectorKernels.geluErf(&together, count: together.count)
        for (value, result) in zip(values, together) {
            var alone = value
            VectorKernels.geluErf(&alone, count: 1)
            #expect(alone.bitPattern == result.bitPattern)
        }
    }

    @Test func pointersAndSpansGiveTheSameBits() throws {
        let (weight, bias) = (Samples.normal(37, seed: 5), Samples.normal(37, seed: 6))
        let ones = [Float](repeating: 1, count: 37)
        for (given, factors) in [(weight, weight), (nil, ones)] as [([Float]?, [Float])] {
            var (expected, output) = (values, values)
            var span = expected.mutableSpan
            try VectorKernels.layerNorm(
                values.span, weight: factors.span, bias: bias.span, epsilon: 1e-5, into: &span)
            VectorKernels.layerNorm(
                values, weight: given, bias: bias, epsilon: 1e-5, count: 37, into: &output)
            #expect(output == expected)
            VectorKernels.gelu(&output, count: 37)
            span = expected.mutableSpan
            VectorKernels.gelu(&span)
            #expect(output == expected)
        }
    }

    @Test(arguments: [Float(0.5), 30, 50]) func softCapFollowsItsDefinition(_ cap: Float) {
        let inputs = (-12000...12000).map { Float($0) / 1000 * cap } + [.infinity, -.infinity, 0, 1e-30]
        var output = inputs + [.nan]
        var span = output.mutableSpan
        VectorKernels.softCap(&span, cap: cap)
        for (x, y) in zip(inputs.map(Double.init), output) {
            let expected = Double(cap) * tanh(x / Double(cap))
            #expect(abs(Double(y) - expected) <= 3.1e-8 * Double(cap) + 0.5 * Double(Float(expected).ulp))
        }
        #expect(output.last?.isNaN == true)
    }

    @Test func rotationKeepsLengthsOfPairs() throws {
        var vector: [Float] = [1, 2, 3, 4]
        let (cosines, sines): ([Float], [Float]) = ([0, 1], [1, 0])
        var span = vector.mutableSpan
        try VectorKernels.rotateHalves(&span, cosines: cosines.span, sines: sines.span)
        #expect(vector == [-3, 2, 1, 4])
    }

    @Test func dotProducts() throws {
        let other = Samples.normal(37, seed: 4)
        let exact = zip(values, other).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        #expect(try abs(Double(VectorKernels.dot(values.span, other.span)) - exact) < 1e-5)
        let empty: [Float] = []
        #expect(try VectorKernels.dot(empty.span, empty.span) == 0)
    }
}
