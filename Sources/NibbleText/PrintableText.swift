extension String {
    /// The text with every character that could disturb a terminal written as `\u{…}`.
    ///
    /// Escaped are C0 and C1 controls, DEL, line and paragraph separators, bidirectional controls, zero-width
    /// and other invisible format characters (Unicode general categories Cc, Cf, Zl, Zp, Cs, Co and unassigned
    /// tags); not a joiner between two emoji, which belongs to them. A byte of a path that is no text (``SystemPath``) is
    /// written as `\xFF`. Text that comes from a file goes through here before it is drawn or put into a message.
    public var printable: String {
        guard unicodeScalars.contains(where: \.disturbsTerminal) else { return self }
        var result = ""
        let scalars = Array(unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            if let byte = SystemPath.byte(of: scalar) {
                result += "\\x" + String(byte, radix: 16, uppercase: true)
            } else if scalar.disturbsTerminal, !Self.joinsEmoji(scalars, index) {
                result += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Whether a zero-width joiner stands between two emoji (Unicode Technical Standard 51, section 2.3).
    private static func joinsEmoji(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
        guard scalars[index] == "\u{200D}", index + 1 < scalars.count, scalars[index + 1].isPicture else {
            return false
        }
        // A variation selector or skin tone may stand behind the first.
        return scalars[..<index].last { $0 != "\u{FE0F}" && !(0x1F3FB...0x1F3FF).contains($0.value) }?
            .isPicture == true
    }

    /// `printable`, cut to `limit` characters with an ellipsis: for names inside a sentence.
    public func printable(limit: Int) -> String {
        let text = prefix(limit + 1)
        return text.count > limit ? String(text.prefix(limit)).printable + "…" : printable
    }
}

extension Unicode.Scalar {
    /// Whether it is drawn as an emoji or can be.
    fileprivate var isPicture: Bool { value > 0xFF && properties.isEmoji }

    /// True for characters that are invisible, reorder text, or steer a terminal.
    fileprivate var disturbsTerminal: Bool {
        if value < 0x7F { return value < 0x20 }
        if value < 0xA0 { return true }
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate:
            return true
        default:
            return false
        }
    }
}
