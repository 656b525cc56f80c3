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
        // The format, and each option once.
        let most = 1 + SettingOptions.all.count
        guard words.count <= most else {
            throw SettingError("A setting has at most \(most) words, and this one has \(words.count).")
        }
        let format = try kernel { () throws(KernelError) in
            try FormatCatalogue.format(named: String(name.prefix(40)).lowercased())
        }
        var setting = Setting.standard(format)
        var seen: Set<String> = []
        for word in words.dropFirst() {
            let subject = try apply(OptionWord(word.lowercased()), to: &setting, of: format)
            guard seen.insert(subject).inserted else {
                throw SettingError(
                    "The \(subject) is given twice, the second time as \(SettingError.quoted(word)).")
            }
        }
        return setting
    }

    private static func kernel<Result>(
        _ body: () throws(KernelError) -> Result
    ) throws(SettingError) -> Result {
        do { return try body() } catch { throw SettingError(error.description) }
    }

    /// Applies one option and returns what it is about.
    private static func apply(
        _ word: OptionWord, to setting: inout Setting, of format: any NumericFormat
    ) throws(SettingError) -> String {
        guard let option = SettingOptions.option(of: word) else {
            throw SettingError(
                "\(SettingError.quoted(word.text)) is no option: expected "
                    + list(SettingOptions.all.flatMap(\.forms)) + ".")
        }
        try option.apply(word, to: &setting, of: format)
        return option.subject
    }

    /// `a, b or c`.
    static func list(_ words: [String]) -> String {
        words.count < 2
            ? words.joined() : words.dropLast().joined(separator: ", ") + " or " + words[words.count - 1]
    }

    /// The canonical text of a setting: its format, and what differs from the format's defaults.
    static func text(of setting: Setting) -> String {
        let usual = (try? FormatCatalogue.format(named: setting.storage.format)).map(Setting.standard)
        let words = SettingOptions.all.flatMap { option in
            let words = option.words(of: setting)
            return words == usual.map(option.words) ? [] : words
        }
        return ([setting.storage.format] + words).joined(separator: " ")
    }
}
