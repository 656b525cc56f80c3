import NibbleKernels

/// Reads and writes the text of settings.
enum SettingGrammar {
    /// Blanks of all kinds and commas separate words.
    static func isSeparator(_ character: Character) -> Bool { character.isWhitespace || character == "," }

    /// The setting that `text` describes.
    static func parse(_ text: String) throws(SettingError) -> Setting {
        let words = text.split(whereSeparator: isSeparator)
        guard let name = words.first else {
            throw SettingError("A setting is missing: write a format such as int4, or original.")
        }
        guard words.count <= 16 else {
            throw SettingError("A setting has at most six words, and this one has \(words.count).")
        }
        let format = try kernel { () throws(KernelError) in
            try FormatCatalogue.format(named: String(name.prefix(40)).lowercased())
        }
        var encoding = format.defaultEncoding
        var seen: Set<String> = []
        for word in words.dropFirst() {
            let option = try apply(word.lowercased(), to: &encoding, of: format)
            guard seen.insert(option).inserted else {
                throw SettingError(
                    "The \(option) is given twice, the second time as \(SettingError.quoted(word)).")
            }
        }
        return Setting(encoding)
    }

    private static func kernel<Result>(
        _ body: () throws(KernelError) -> Result
    ) throws(SettingError) -> Result {
        do { return try body() } catch { throw SettingError(error.description) }
    }

    /// Applies one option and returns what it is about.
    private static func apply(
        _ word: String, to encoding: inout LayerEncoding, of format: any NumericFormat
    ) throws(SettingError) -> String {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init)
        let value = parts.count > 1 ? parts[1] : nil
        switch (parts[0], value) {
        case ("tensor", nil), ("channel", nil), ("group", _?):
            encoding.granularity = try GranularityWord.parse(word, for: format)
            return "granularity"
        case ("range", let value?):
            encoding.rangeRule = try RangeRuleWord.parse(value, for: format)
            return "range rule"
        case ("rounding", let value?):
            encoding.rounding = try rounding(value, for: format)
            return "rounding"
        case ("activation", let value?):
            encoding.activation = try activation(value, for: format)
            return "activation scheme"
        case ("accumulator", let value?):
            encoding.accumulator = try accumulator(value)
            return "accumulator"
        default:
            throw SettingError(
                "\(SettingError.quoted(word)) is no option: expected tensor, channel, group=N, range=RULE, "
                    + "rounding=MODE, activation=SCHEME or accumulator=BITS-OVERFLOW.")
        }
    }

    private static func rounding(
        _ value: String, for format: any NumericFormat
    ) throws(SettingError) -> RoundingMode {
        guard let mode = RoundingMode(rawValue: value) else {
            throw SettingError(
                "\(SettingError.quoted(value)) is no rounding mode: expected "
                    + list(RoundingMode.allCases.map(\.rawValue)) + ".")
        }
        guard !format.rangeRules.isEmpty || mode == .halfToEven else {
            throw SettingError(
                "The rounding of \(format.name) is part of its definition: leave rounding= out.")
        }
        return mode
    }

    private static func activation(
        _ value: String, for format: any NumericFormat
    ) throws(SettingError) -> String {
        guard let name = format.activations.first(where: { $0.lowercased() == value }) else {
            throw SettingError(
                "\(format.name) has no activation scheme \(SettingError.quoted(value)): expected "
                    + list(format.activations) + ".")
        }
        return name
    }

    private static func accumulator(_ value: String) throws(SettingError) -> Accumulator {
        let parts = value.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        if let bits = parts.first.flatMap({ Int($0) }), Accumulator.widths.contains(bits) {
            if parts.count == 1 { return Accumulator(bits: bits, overflow: .wrap) }
            if let overflow = Accumulator.Overflow(rawValue: String(parts[1])) {
                return Accumulator(bits: bits, overflow: overflow)
            }
        }
        throw SettingError(
            "\(SettingError.quoted(value)) is no accumulator: expected "
                + "\(list(Accumulator.widths.map(String.init))) bits, "
                + "then -wrap or -saturate, such as 24-saturate."
        )
    }

    /// `a, b or c`.
    static func list(_ words: [String]) -> String {
        words.count < 2
            ? words.joined() : words.dropLast().joined(separator: ", ") + " or " + words[words.count - 1]
    }

    /// The canonical text of an encoding: its format, and what differs from the format's defaults.
    static func text(of encoding: LayerEncoding) -> String {
        let usual = (try? FormatCatalogue.format(named: encoding.format))?.defaultEncoding
        var words = [encoding.format]
        if encoding.granularity != usual?.granularity {
            words += GranularityWord.text(of: encoding.granularity)
        }
        if encoding.rangeRule != usual?.rangeRule {
            words.append("range=" + RangeRuleWord.text(of: encoding.rangeRule))
        }
        if encoding.rounding != usual?.rounding { words.append("rounding=" + encoding.rounding.rawValue) }
        if encoding.activation != usual?.activation { words.append("activation=" + encoding.activation) }
        if encoding.accumulator != usual?.accumulator {
            words.append("accumulator=\(encoding.accumulator.bits)-\(encoding.accumulator.overflow.rawValue)")
        }
        return words.joined(separator: " ")
    }
}
