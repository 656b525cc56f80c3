import NibbleKernels
import NibbleQuantization

/// A setting in words, for the strip and the details.
enum SettingText {
    /// Label and value of each choice that the format leaves open.
    static func choices(_ setting: Setting) -> [(label: String, text: String)] {
        let (storage, arithmetic) = (setting.storage, setting.arithmetic)
        var choices = storage.granularity == .fixed ? [] : [("per", granularity(storage.granularity))]
        if let range = range(storage) { choices.append(("range", range)) }
        choices.append(("activations", arithmetic.activation))
        if arithmetic.activation != "float" {
            choices.append(("accumulator", accumulator(arithmetic.accumulator)))
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
    static func range(_ storage: StorageEncoding) -> String? {
        guard storage.granularity != .fixed || storage.rangeRule != .minMax else { return nil }
        let kind = storage.rangeRule.kind
        guard let number = kind.number(of: storage.rangeRule) else { return kind.title }
        let figure =
            switch kind.parameter?.decimals {
            case nil: FigureText.number(number)
            case 0: "\(Int(number))"
            case let places?: FigureText.decimals(number, places)
            }
        return kind.parameter?.unit.map { "\(figure) \($0)" } ?? "\(kind.title) \(figure)"
    }

    /// `24 bit saturate`.
    static func accumulator(_ accumulator: Accumulator) -> String {
        "\(accumulator.bits) bit \(accumulator.overflow.rawValue)"
    }
}
