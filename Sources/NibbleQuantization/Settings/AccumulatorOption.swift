import NibbleKernels

/// The register in which products of codes are summed: `accumulator=BITS-OVERFLOW`.
struct AccumulatorOption: SettingOption {
    let subject = "accumulator"
    let forms = ["accumulator=BITS-OVERFLOW"]
    let names: Set = ["accumulator"]

    func apply(
        _ word: OptionWord, to setting: inout Setting, of format: any NumericFormat
    ) throws(SettingError) {
        setting.arithmetic.accumulator = try accumulator(word.value)
    }

    private func accumulator(_ text: String) throws(SettingError) -> Accumulator {
        let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        if let bits = parts.first.flatMap({ Int($0) }), Accumulator.widths.contains(bits) {
            if parts.count == 1 { return Accumulator(bits: bits, overflow: .wrap) }
            if let overflow = Accumulator.Overflow(rawValue: String(parts[1])) {
                return Accumulator(bits: bits, overflow: overflow)
            }
        }
        throw SettingError(
            "\(SettingError.quoted(text)) is no accumulator: expected "
                + "\(SettingGrammar.list(Accumulator.widths.map(String.init))) bits, "
                + "then -wrap or -saturate, such as 24-saturate.")
    }

    func words(of setting: Setting) -> [String] {
        let accumulator = setting.arithmetic.accumulator
        return ["accumulator=\(accumulator.bits)-\(accumulator.overflow.rawValue)"]
    }
}
