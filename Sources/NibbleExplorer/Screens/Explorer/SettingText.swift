import NibbleKernels
import NibbleQuantization

/// A setting in words, for the strip and the details.
enum SettingText {
    /// Label and value of each choice that the format leaves open.
    static func choices(_ setting: Setting) -> [(label: String, text: String)] {
        let encoding = setting.encoding
        var choices = encoding.granularity == .fixed ? [] : [("per", granularity(encoding.granularity))]
        if let range = range(encoding) { choices.append(("range", range)) }
        choices.append(("activations", encoding.activation))
        if encoding.activation != "float" {
            choices.append(("accumulator", accumulator(encoding.accumulator)))
        }
        return choices
    }

    /// `tensor`, `channel` or `group 32`.
    static func granularity(_ granularity: Granularity) -> String {
        switch granularity {
        case .tensor: "tensor"
        case .channel: "channel"
        case .group(let size): "group \(size)"
        case .fixed: "block"
        }
    }

    /// The range rule in words; nil for a format that defines its own.
    static func range(_ encoding: LayerEncoding) -> String? {
        guard encoding.granularity != .fixed || encoding.rangeRule != .minMax else { return nil }
        return switch encoding.rangeRule {
        case .minMax: "min-max"
        case .percentile(let percent): "\(FigureText.number(percent)) %"
        case .meanSquaredError: "MSE"
        case .clip(let factor): "clip \(FigureText.decimals(factor, 2))"
        case .fractionBits(let bits): "point \(bits)"
        case .scale(let rule): rule.rawValue
        }
    }

    /// `24 bit saturate`.
    static func accumulator(_ accumulator: Accumulator) -> String {
        "\(accumulator.bits) bit \(accumulator.overflow.rawValue)"
    }
}
