import NibbleCommandLine
import NibbleQuantization
import NibbleStatistics
import NibbleText
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
            "\(FigureText.plain($0.probability * 100, digits: 3))%: \(FigureText.plain($0.value))"
        }
        let fields: [(name: String, value: String)] = [
            ("layer", "\(name), \(rows) x \(columns), stored as \(storage ?? "?")"),
            ("range", "\(FigureText.plain(minimum)) ... \(FigureText.plain(maximum))"),
            (
                "mean",
                "\(FigureText.plain(mean)), standard deviation \(FigureText.plain(standardDeviation))"
                    + ", excess kurtosis \(FigureText.plain(excessKurtosis))"
            ),
            ("quantiles", quantileText.joined(separator: ", ")),
            ("outliers", "\(outliers) beyond 6 standard deviations (\(FigureText.percent(outlierFraction)))"),
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
        let entropy = entropyBits.map { "entropy \(FigureText.plain($0, decimals: 3)) bits" } ?? ""
        return FieldList.text([
            ("setting", setting),
            (
                "size",
                "\(FigureText.bytes(bytes)), \(FigureText.plain(bitsPerWeight, decimals: 3)) bits per weight"
            ),
            (
                "error",
                "MSE \(FigureText.plain(meanSquaredError)), SQNR \(FigureText.plain(sqnrDecibel, decimals: 2)) dB"
                    + ", relative \(FigureText.percent(relativeError)), largest \(FigureText.plain(maximumError))"
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
            return FigureText.plain(step)
        }
        return "\(FigureText.plain(step)) in the mean, "
            + "\(FigureText.plain(smallestStep)) ... \(FigureText.plain(largestStep))"
    }
}

extension StatsReport.Clip {
    /// The figures for a person.
    var text: String {
        count == 0
            ? "none"
            : "\(count) weights (\(FigureText.percent(fraction))), worst excess \(FigureText.plain(worstExcess)), "
                + "mass \(FigureText.percent(mass))"
    }
}
