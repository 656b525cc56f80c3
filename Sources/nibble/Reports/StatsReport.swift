import NibbleQuantization
import NibbleStatistics
import NibbleTransformers

/// What `nibble stats` tells.
struct StatsReport: Encodable {
    struct Clip: Encodable {
        let count: Int
        let fraction: Double
        let worstExcess: Double
        let mass: Double

        init(_ tally: EncodingError.ClipTally) {
            count = tally.count
            fraction = tally.fraction
            worstExcess = tally.worstExcess
            mass = tally.mass
        }
    }

    struct Encoding: Encodable {
        let setting: String
        let bytes: Int
        let bitsPerWeight: Double
        let meanSquaredError: Double
        let sqnrDecibel: Double
        let relativeError: Double
        let maximumError: Double
        let clippedLow: Clip
        let clippedHigh: Clip
        let codesUsed: Int?
        let codesAvailable: Int?
        let entropyBits: Double?
        let step: Double?
        let smallestStep: Double?
        let largestStep: Double?
        let nonFinite: Int
        let isExact: Bool

        init(setting: Setting, error: EncodingError, byteCount: Int) {
            self.setting = setting.description
            bytes = byteCount
            bitsPerWeight = error.bitsPerWeight
            meanSquaredError = error.meanSquaredError
            sqnrDecibel = error.sqnrDecibel
            relativeError = error.relativeError
            maximumError = error.maximumError
            clippedLow = Clip(error.clippedLow)
            clippedHigh = Clip(error.clippedHigh)
            codesUsed = error.codesUsed
            codesAvailable = error.codesAvailable
            entropyBits = error.entropyBits
            step = error.step
            smallestStep = error.stepRange?.lowerBound
            largestStep = error.stepRange?.upperBound
            nonFinite = error.nonFiniteCount
            isExact = error.isExact
        }
    }

    struct Quantile: Encodable {
        let probability: Double
        let value: Double
    }

    struct Layer: Encodable {
        let name: String
        let rows: Int
        let columns: Int
        let storage: String?
        let minimum: Double
        let maximum: Double
        let mean: Double
        let standardDeviation: Double
        let excessKurtosis: Double
        let zeros: Int
        let outliers: Int
        let outlierFraction: Double
        let nan: Int
        let infinite: Int
        let quantiles: [Quantile]
        let encodings: [Encoding]

        init(layer: LinearLayer, summary: ValueSummary, encodings: [Encoding]) {
            name = layer.id.name
            rows = layer.shape.rows
            columns = layer.shape.columns
            storage = layer.storedName
            minimum = summary.minimum
            maximum = summary.maximum
            mean = summary.mean
            standardDeviation = summary.standardDeviation
            excessKurtosis = summary.excessKurtosis
            zeros = summary.zeroCount
            outliers = summary.outlierCount
            outlierFraction = summary.outlierFraction
            nan = summary.nanCount
            infinite = summary.infiniteCount
            quantiles = summary.quantiles.map { Quantile(probability: $0.probability, value: $0.value) }
            self.encodings = encodings
        }
    }

    let schema = "nibble.stats/1"
    let model: String
    let layers: [Layer]
}

extension StatsReport.Layer {
    /// The figures for a person.
    var text: String {
        let quantileText = quantiles.map {
            "\(Figures.significant($0.probability * 100, 3)) %: \(Figures.significant($0.value))"
        }
        let fields: [(name: String, value: String)] = [
            ("layer", "\(name), \(rows) x \(columns), stored as \(storage ?? "?")"),
            ("range", "\(Figures.significant(minimum)) ... \(Figures.significant(maximum))"),
            (
                "mean",
                "\(Figures.significant(mean)), standard deviation \(Figures.significant(standardDeviation))"
                    + ", excess kurtosis \(Figures.significant(excessKurtosis))"
            ),
            ("quantiles", quantileText.joined(separator: ", ")),
            ("outliers", "\(outliers) beyond 6 standard deviations (\(Figures.percent(outlierFraction)))"),
            ("zeros", "\(zeros)"),
            ("not finite", nan + infinite == 0 ? "" : "\(nan) NaN, \(infinite) infinite"),
        ]
        return FieldList.text(fields) + encodings.map { "\n" + $0.text }.joined()
    }
}

extension StatsReport.Encoding {
    /// The figures for a person.
    var text: String {
        let codes = codesUsed.flatMap { used in codesAvailable.map { "\(used) of \($0) used" } } ?? ""
        let entropy = entropyBits.map { "entropy \(Figures.decimals($0, 3)) bits" } ?? ""
        return FieldList.text([
            ("setting", setting),
            ("size", "\(Figures.bytes(bytes)), \(Figures.decimals(bitsPerWeight, 3)) bits per weight"),
            (
                "error",
                "MSE \(Figures.significant(meanSquaredError)), SQNR \(Figures.decimals(sqnrDecibel, 2)) dB"
                    + ", relative \(Figures.percent(relativeError)), largest \(Figures.significant(maximumError))"
            ),
            ("step", stepText),
            ("clip low", clippedLow.text), ("clip high", clippedHigh.text),
            ("codes", [codes, entropy].filter { !$0.isEmpty }.joined(separator: ", ")),
            ("not finite", nonFinite == 0 ? "" : "\(nonFinite) weights left out of the errors"),
        ])
    }

    private var stepText: String {
        guard let step else { return "" }
        guard let smallestStep, let largestStep, smallestStep != largestStep else {
            return Figures.significant(step)
        }
        return "\(Figures.significant(step)) in the mean, "
            + "\(Figures.significant(smallestStep)) ... \(Figures.significant(largestStep))"
    }
}

extension StatsReport.Clip {
    /// The figures for a person.
    var text: String {
        count == 0
            ? "none"
            : "\(count) weights (\(Figures.percent(fraction))), worst excess \(Figures.significant(worstExcess)), "
                + "mass \(Figures.percent(mass))"
    }
}
