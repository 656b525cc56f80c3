/// Keys by the number of their character: kitty's protocol, fixterms and xterm's modifyOtherKeys.
enum ExtendedKeys {
    /// `CSI code : shifted : base ; modifiers : event ; text u`.
    static func kitty(_ parameters: ControlSequence.Parameters) -> KeyBytes.Meaning {
        guard let code = parameters[0] else { return .nothing }
        let held = parameters.modifiers
        if held.isDisjoint(with: [.alt, .control]), let text = text(parameters) {
            return .event(.key(KeyPress(text)))
        }
        let bits = max(0, (parameters[1] ?? 1) - 1)
        return key(
            code, held, shifted: parameters[0, 1], base: parameters[0, 2],
            isCapital: (bits & 1 != 0) != (bits & 64 != 0))
    }

    /// `CSI 27 ; modifiers ; code ~`.
    static func other(_ parameters: ControlSequence.Parameters) -> KeyBytes.Meaning {
        guard let code = parameters[2] else { return .nothing }
        return key(
            code, parameters.modifiers, shifted: nil, base: nil,
            isCapital: parameters.modifiers.contains(.shift))
    }

    /// The text that the key typed, where the terminal says it.
    private static func text(_ parameters: ControlSequence.Parameters) -> Character? {
        guard parameters.count > 2 else { return nil }
        let scalars = parameters.parts[2].compactMap { $0.flatMap(scalar) }
        guard scalars.count == parameters.parts[2].count else { return nil }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        let characters = String(text)
        return characters.count == 1 ? characters.first : nil
    }

    /// A character that can be typed: no control, and none of the private codes of modifier and media keys.
    private static func scalar(_ code: Int) -> Unicode.Scalar? {
        guard let scalar = UInt32(exactly: code).flatMap(Unicode.Scalar.init), !scalar.isControl else {
            return nil
        }
        return scalar.properties.generalCategory == .privateUse ? nil : scalar
    }

    private static func key(
        _ code: Int, _ held: Modifiers, shifted: Int?, base: Int?, isCapital: Bool
    ) -> KeyBytes.Meaning {
        switch code {
        case 13: return .event(.key(KeyPress(.enter, held)))
        case 9: return .event(.key(KeyPress(.tab, held)))
        case 27: return .event(.key(KeyPress(.escape, held)))
        case 8, 127: return .event(.key(KeyPress(.backspace, held)))
        default: break
        }
        if let named = FunctionalKeys.kitty(code) {
            var press = KeyPress(named, held)
            if case .character = named { press.modifiers.remove(.shift) }
            return .event(.key(press))
        }
        var held = held
        let isCommand = !held.isDisjoint(with: [.alt, .control])
        // Commands go by the place of the key where the layout has no Latin letters.
        var code = isCommand && code > 0x7F ? base ?? code : code
        if held.contains(.shift), let shifted, !held.contains(.control) { code = shifted }
        guard let scalar = scalar(code) else { return .nothing }
        held.remove(.shift)
        var character = Character(scalar)
        if isCapital, !held.contains(.control), let capital = character.uppercased().first,
            character.uppercased().count == 1
        {
            character = capital
        }
        if held.contains(.control), let small = character.lowercased().first { character = small }
        return .event(.key(KeyPress(.character(character), held)))
    }
}
