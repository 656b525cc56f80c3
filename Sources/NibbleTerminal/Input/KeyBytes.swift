/// Reads one key, report or mark from the beginning of a run of bytes.
enum KeyBytes {
    /// What the bytes that were taken mean.
    enum Meaning {
        case event(Event)
        /// A button came up, but the report doesn't say which.
        case someButtonReleased(Point, Modifiers)
        case pasteBegins
        case replyBegins
        case nothing
    }

    /// How many bytes were taken; or that they may be the beginning of something longer.
    enum Step {
        case taken(Int, Meaning)
        case needsMore
    }

    /// Reads the first thing in `bytes`; `final` says that no more bytes come, so that a beginning must do.
    static func next(_ bytes: ArraySlice<UInt8>, _ keys: [[UInt8]: KeyPress], final: Bool) -> Step {
        guard let first = bytes.first else { return .needsMore }
        if first == 0x1B { return escape(bytes, keys, final: final) }
        if let key = control(first) { return .taken(1, .event(.key(key))) }
        return character(bytes, final: final)
    }

    /// A control character: Enter is 0x0D alone, 0x0A is Ctrl-J.
    private static func control(_ byte: UInt8) -> KeyPress? {
        switch byte {
        case 0x0D: KeyPress(.enter)
        case 0x09: KeyPress(.tab)
        case 0x7F, 0x08: KeyPress(.backspace)
        case 0x00: KeyPress(.character(" "), .control)
        case 0x01...0x1A: KeyPress(.character(Character(Unicode.Scalar(byte + 0x60))), .control)
        case 0x1C...0x1F: KeyPress(.character(Character(Unicode.Scalar(byte + 0x40))), .control)
        default: nil
        }
    }

    /// One UTF-8 character; a byte that can't be part of one is dropped.
    private static func character(_ bytes: ArraySlice<UInt8>, final: Bool) -> Step {
        guard let first = bytes.first else { return .needsMore }
        let length =
            first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0
        guard length > 0 else { return .taken(1, .nothing) }
        let rest = bytes.prefix(length)
        let continuations = rest.dropFirst().prefix { $0 & 0xC0 == 0x80 }.count
        if continuations < rest.count - 1 { return .taken(1 + continuations, .nothing) }
        if rest.count < length { return final ? .taken(rest.count, .nothing) : .needsMore }
        guard let text = String(validating: rest, as: UTF8.self), let character = text.first else {
            return .taken(length, .nothing)
        }
        return .taken(length, .event(.key(KeyPress(character))))
    }

    private static func escape(_ bytes: ArraySlice<UInt8>, _ keys: [[UInt8]: KeyPress], final: Bool) -> Step {
        let known = keys.filter { bytes.starts(with: $0.key) }.max { $0.key.count < $1.key.count }
        if let known { return .taken(known.key.count, .event(.key(known.value))) }
        guard bytes.count > 1 else {
            return final ? .taken(1, .event(.key(KeyPress(.escape)))) : .needsMore
        }
        switch bytes[bytes.startIndex + 1] {
        case UInt8(ascii: "["): return ControlSequence.read(bytes, final: final)
        case UInt8(ascii: "O"): return applicationKey(bytes, final: final)
        case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"), UInt8(ascii: "X"):
            if bytes.count > 2 { return .taken(2, .replyBegins) }
            return final ? withAlt(bytes, keys, final: true) : .needsMore
        // The end of a reply whose beginning was given up.
        case UInt8(ascii: "\\"): return .taken(2, .nothing)
        case 0x1B: return twoEscapes(bytes, keys, final: final)
        default: return withAlt(bytes, keys, final: final)
        }
    }

    /// Escape twice, or, as rxvt writes it, Alt with a key that has a sequence.
    private static func twoEscapes(
        _ bytes: ArraySlice<UInt8>, _ keys: [[UInt8]: KeyPress], final: Bool
    ) -> Step {
        guard bytes.count > 2 else {
            return final ? .taken(1, .event(.key(KeyPress(.escape)))) : .needsMore
        }
        let third = bytes[bytes.startIndex + 2]
        guard third == UInt8(ascii: "[") || third == UInt8(ascii: "O") else {
            return .taken(1, .event(.key(KeyPress(.escape))))
        }
        return withAlt(bytes, keys, final: final)
    }

    private static func withAlt(_ bytes: ArraySlice<UInt8>, _ keys: [[UInt8]: KeyPress], final: Bool) -> Step
    {
        guard case .taken(let count, let meaning) = next(bytes.dropFirst(), keys, final: final) else {
            return .needsMore
        }
        guard case .event(.key(var key)) = meaning else { return .taken(count + 1, meaning) }
        key.modifiers.insert(.alt)
        return .taken(count + 1, .event(.key(key)))
    }

    /// A key as `ESC O`, for some terminals with a number for the modifiers before the letter.
    private static func applicationKey(_ bytes: ArraySlice<UInt8>, final: Bool) -> Step {
        let digits = bytes.dropFirst(2).prefix { (0x30...0x39).contains($0) }
        let count = 3 + digits.count
        guard bytes.count >= count else {
            guard final else { return .needsMore }
            return .taken(
                bytes.count, bytes.count == 2 ? .event(.key(KeyPress(.character("O"), .alt))) : .nothing)
        }
        let letter = bytes[bytes.startIndex + count - 1]
        guard (0x40...0x7E).contains(letter) else { return .taken(count - 1, .nothing) }
        guard var key = FunctionalKeys.application(letter) else { return .taken(count, .nothing) }
        let number = Int(String(decoding: digits.prefix(3), as: UTF8.self)) ?? 1
        key.modifiers.formUnion(FunctionalKeys.modifiers(number))
        return .taken(count, .event(.key(key)))
    }
}
