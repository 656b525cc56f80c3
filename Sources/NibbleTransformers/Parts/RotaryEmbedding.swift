import Foundation
import NibbleKernels

/// Rotary position embedding (Su and others 2021): each pair of a head's numbers turns by position · frequency[i].
public struct RotaryEmbedding: Sendable {
    /// Which numbers of a head turn together.
    public enum Pairing: Sendable, Hashable {
        /// (x[i], x[i + d/2]), as in files of Hugging Face.
        case halves
        /// (x[2i], x[2i + 1]), as Meta and llama.cpp order the rows of query and key projections.
        case neighbours
    }

    /// What a configuration says about positions.
    public struct Configuration: Sendable, Hashable {
        /// Which numbers of a head turn together.
        public var pairing = Pairing.halves
        /// What each frequency is divided by besides `scaling`; none if empty.
        public var frequencyDivisors: [Float] = []
        /// Base of the frequencies: θ^(−2i/d).
        public var theta = 10_000.0
        /// How frequencies are stretched beyond the length the model was trained with.
        public var scaling = Scaling.none

        init() {}
    }

    /// A way to stretch frequencies.
    public enum Scaling: Sendable, Hashable {
        /// As they are.
        case none
        /// All divided by the factor.
        case linear(factor: Double)
        /// Llama 3.1: low frequencies divided by the factor, high ones kept, those between blended.
        case llama3(factor: Double, low: Double, high: Double, originalLength: Double)
    }

    /// Cosines and sines of one position.
    typealias Angles = (cosines: [Float], sines: [Float])

    private let frequencies: [Float]
    private let pairing: Pairing

    /// The frequencies for heads of `headSize`.
    init(_ configuration: Configuration, headSize: Int) {
        pairing = configuration.pairing
        let divisors = configuration.frequencyDivisors
        frequencies = (0..<headSize / 2).map { index in
            let base = 1 / pow(configuration.theta, Double(2 * index) / Double(headSize))
            let divisor = divisors.indices.contains(index) ? Double(divisors[index]) : 1
            return Float(configuration.scaling.apply(to: base) / divisor)
        }
    }

    /// Turns one head's vector of one position in place.
    func rotate(_ head: UnsafeMutablePointer<Float>, cosines: [Float], sines: [Float]) {
        if pairing == .halves {
            VectorKernels.rotateHalves(head, cosines: cosines, sines: sines, count: frequencies.count)
        } else {
            VectorKernels.rotateNeighbours(head, cosines: cosines, sines: sines, count: frequencies.count)
        }
    }

    /// Cosines and sines of one position.
    func angles(position: Int) -> Angles {
        let angles = frequencies.map { Float(position) * $0 }
        return (angles.map { cos($0) }, angles.map { sin($0) })
    }
}

extension RotaryEmbedding.Scaling {
    /// The stretched frequency (transformers' `modeling_rope_utils` defines the kinds).
    func apply(to frequency: Double) -> Double {
        switch self {
        case .none: return frequency
        case .linear(let factor): return frequency / factor
        case .llama3(let factor, let low, let high, let originalLength):
            let wavelength = 2 * Double.pi / frequency
            if wavelength < originalLength / high { return frequency }
            if wavelength > originalLength / low { return frequency / factor }
            let smooth = (originalLength / wavelength - low) / (high - low)
            return (1 - smooth) * frequency / factor + smooth * frequency
        }
    }
}

extension RotaryEmbedding.Configuration {
    /// What Llama 3.1's scaling divides each frequency by, as a GGUF file holds it; empty for other scalings.
    public func divisorsOfLlama3(headSize: Int) -> [Float] {
        guard case .llama3 = scaling else { return frequencyDivisors }
        return (0..<headSize / 2).map { index in
            let base = 1 / pow(theta, Double(2 * index) / Double(headSize))
            return Float(base / scaling.apply(to: base))
        }
    }
}
