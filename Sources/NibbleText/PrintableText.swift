extension String {
    /// The text with every character that could disturb a terminal written as `\u{…}`.
    ///
    /// Escaped are C0 and C1 controls, DEL, line and paragraph separators, bidirectional controls, zero-width
    /// and other invisible format characters (Unicode general categories Cc, Cf, Zl, Zp, Cs, Co and unassigned
    /// tags). Text that comes from a file goes through here before it is drawn or put into a message.
    public var printable: String {
        guard unicodeScalars.contains(where: \.disturbsTerminal) else { return self }
        var result = ""
        for scalar in unicodeScalars {
            if scalar.disturbsTerminal {
                result += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// `printable`, cut to `limit` characters with an ellipsis: for names inside a sentence.
    public func printable(limit: Int) -> String {
        let text = prefix(limit + 1)
        return text.count > limit ? String(text.prefix(limit)).printable + "…" : printable
    }
}

extension Unicode.Scalar {
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
