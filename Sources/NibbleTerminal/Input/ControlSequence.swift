/// The sequences that begin with `ESC [`: keys, mouse reports, marks of pastes and of focus.
///
/// After "XTerm Control Sequences" (Moy, Dickey) and "Comprehensive keyboard handling in terminals" (Goyal).
enum ControlSequence {
    /// The parameters of a sequence: numbers between semicolons, each with parts between colons.
    struct Parameters {
        let parts: [[Int?]]

        init(_ bytes: ArraySlice<UInt8>) {
            parts = bytes.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map {
                $0.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).map { digits in
                    digits.count > 8 ? nil : Int(String(decoding: digits, as: UTF8.self))
                }
            }
        }

        /// The part of a parameter, or nil when it is left out.
        subscript(_ parameter: Int, _ part: Int = 0) -> Int? {
            guard parts.indices.contains(parameter), parts[parameter].indices.contains(part) else {
                return nil
            }
            return parts[parameter][part]
        }

        var count: Int { parts.count }
        /// The first parts, 0 where one is left out.
        var numbers: [Int] { parts.map { ($0.first ?? nil) ?? 0 } }
        /// What is held with the key: the second parameter.
        var modifiers: Modifiers { FunctionalKeys.modifiers(self[1] ?? 1) }
        /// Whether the kitty protocol says that the key came up.
        var isRelease: Bool { self[1, 1] == 3 }
    }

    /// Longer sequences are given up.
    private static let longest = 4096

    static func read(_ bytes: ArraySlice<UInt8>, final: Bool) -> KeyBytes.Step {
        let body = bytes.dropFirst(2)
        switch body.first {
        case UInt8(ascii: "["): return consoleKey(bytes, final: final)
        case UInt8(ascii: "M"): return MouseReport.read(bytes, final: final)
        default: break
        }
        let parameters = body.prefix { (0x20...0x3F).contains($0) }
        guard parameters.count < body.count else {
            if final || parameters.count > longest { return .taken(bytes.count, unfinished(parameters)) }
            return .needsMore
        }
        let last = body[body.startIndex + parameters.count]
        let count = 2 + parameters.count + 1
        guard (0x40...0x7E).contains(last) else { return .taken(count - 1, unfinished(parameters)) }
        return .taken(count, meaning(parameters, last))
    }

    /// The Linux console sends F1…F5 as `ESC [ [ A` … `E`.
    private static func consoleKey(_ bytes: ArraySlice<UInt8>, final: Bool) -> KeyBytes.Step {
        guard bytes.count > 3 else { return final ? .taken(bytes.count, .nothing) : .needsMore }
        let number = Int(bytes[bytes.startIndex + 3]) - 0x40
        return .taken(4, (1...5).contains(number) ? .event(.key(KeyPress(.function(number)))) : .nothing)
    }

    /// What a sequence means whose last letter didn't come: nothing, but for Alt-[ and rxvt's `ESC [ 5 $`.
    private static func unfinished(_ parameters: ArraySlice<UInt8>) -> KeyBytes.Meaning {
        if parameters.isEmpty { return .event(.key(KeyPress(.character("["), .alt))) }
        guard parameters.last == UInt8(ascii: "$"),
            parameters.dropLast().allSatisfy({ (0x30...0x39).contains($0) })
        else { return .nothing }
        return numbered(Parameters(parameters.dropLast()), adding: .shift)
    }

    private static func meaning(_ bytes: ArraySlice<UInt8>, _ last: UInt8) -> KeyBytes.Meaning {
        if bytes.first == UInt8(ascii: "<") {
            return MouseReport.extended(Parameters(bytes.dropFirst()).numbers, last)
        }
        // With a private mark or a byte between parameters and letter it is a reply: of attributes, modes, keyboard.
        guard bytes.allSatisfy({ (0x30...0x3B).contains($0) }) else { return .nothing }
        let parameters = Parameters(bytes)
        guard !parameters.isRelease else { return .nothing }
        switch last {
        case UInt8(ascii: "~"): return tilde(parameters)
        case UInt8(ascii: "^"): return numbered(parameters, adding: .control)
        case UInt8(ascii: "@"): return numbered(parameters, adding: [.control, .shift])
        case UInt8(ascii: "I"): return bytes.isEmpty ? .event(.focus(true)) : .nothing
        case UInt8(ascii: "O"): return bytes.isEmpty ? .event(.focus(false)) : .nothing
        case UInt8(ascii: "u"): return ExtendedKeys.kitty(parameters)
        case UInt8(ascii: "M"): return MouseReport.decimal(parameters.numbers)
        default: return letter(parameters, last, isBare: bytes.isEmpty)
        }
    }

    /// A key as `CSI 1 ; modifiers letter`; other first numbers are reports, such as the cursor's place (`R`).
    private static func letter(_ parameters: Parameters, _ last: UInt8, isBare: Bool) -> KeyBytes.Meaning {
        guard var key = FunctionalKeys.letter(last) else { return .nothing }
        guard isBare || (parameters[0] ?? 1 == 1 && parameters.count <= 3 && (parameters[1] ?? 1) <= 256)
        else {
            return .nothing
        }
        key.modifiers.formUnion(parameters.modifiers)
        return .event(.key(key))
    }

    private static func tilde(_ parameters: Parameters) -> KeyBytes.Meaning {
        switch parameters[0] {
        case 200: .pasteBegins
        case 27 where parameters.count == 3: ExtendedKeys.other(parameters)
        default: numbered(parameters, adding: [])
        }
    }

    private static func numbered(_ parameters: Parameters, adding: Modifiers) -> KeyBytes.Meaning {
        guard let key = parameters[0].flatMap(FunctionalKeys.numbered) else { return .nothing }
        return .event(.key(KeyPress(key, parameters.modifiers.union(adding))))
    }
}
