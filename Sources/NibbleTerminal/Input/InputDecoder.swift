/// Turns the bytes a terminal sends into events: a state machine without a terminal, so it can be tested.
///
/// It knows UTF-8, the control sequences of xterm and its kin (keys with modifiers, SGR mouse reports, bracketed
/// paste, focus), and the key strings of the terminal's own description. Bytes that mean nothing are dropped.
public struct InputDecoder: Sendable {
    private var pending: [UInt8] = []
    private var pasted: [UInt8]?
    private let terminfoKeys: [[UInt8]: KeyPress]

    /// A decoder; `terminfoKeys` are byte strings of the terminal's description with their keys.
    public init(terminfoKeys: [[UInt8]: KeyPress] = [:]) {
        self.terminfoKeys = terminfoKeys.filter { $0.key.first == 0x1B && $0.key.count > 1 }
    }

    /// True while bytes wait that may be the beginning of something, or a lone Escape.
    public var isWaiting: Bool { !pending.isEmpty && pasted == nil }

    /// Takes bytes and returns the events they complete.
    public mutating func feed(_ bytes: some Sequence<UInt8>) -> [Event] {
        pending += bytes
        return decode(final: false)
    }

    /// Decides about waiting bytes when no more come soon: a lone Escape is the Escape key.
    public mutating func flush() -> [Event] { decode(final: true) }

    private mutating func decode(final: Bool) -> [Event] {
        var events: [Event] = []
        var position = 0
        while position < pending.count {
            if pasted != nil {
                let (end, isComplete) = takePaste(from: position)
                position = end
                guard isComplete else { break }
                if let text = pasted {
                    events.append(.paste(String(decoding: text, as: UTF8.self)))
                    pasted = nil
                }
                continue
            }
            let found = Self.next(pending[position...], terminfoKeys, final: final)
            guard case .taken(let count, let meaning) = found else { break }
            position += count
            switch meaning {
            case .event(let event): events.append(event)
            case .pasteBegins: pasted = []
            case .nothing: break
            }
        }
        pending.removeFirst(min(position, pending.count))
        return events
    }

    private static let pasteEnd: [UInt8] = Array("\u{1B}[201~".utf8)
    /// Bytes of one paste that are kept; what a terminal sends beyond them is dropped.
    static let longestPaste = 1 << 20

    /// Copies pasted bytes from `pending` to `pasted`; the position after them, and whether the end mark came.
    private mutating func takePaste(from position: Int) -> (end: Int, isComplete: Bool) {
        let mark = Self.pasteEnd
        var index = position
        while index < pending.count {
            if pending[index] == 0x1B {
                let rest = pending[index...].prefix(mark.count)
                if rest.elementsEqual(mark) {
                    keep(pending[position..<index])
                    return (index + mark.count, true)
                }
                if mark.starts(with: rest) { break }
            }
            index += 1
        }
        keep(pending[position..<index])
        return (index, false)
    }

    private mutating func keep(_ bytes: ArraySlice<UInt8>) {
        let room = Self.longestPaste - (pasted?.count ?? 0)
        pasted?.append(contentsOf: bytes.prefix(room))
    }
}

extension InputDecoder {
    fileprivate enum Meaning {
        case event(Event)
        case pasteBegins
        case nothing
    }

    fileprivate enum Step {
        case taken(Int, Meaning)
        case needsMore
    }

    fileprivate static func next(
        _ bytes: ArraySlice<UInt8>, _ keys: [[UInt8]: KeyPress], final: Bool
    ) -> Step {
        guard let first = bytes.first else { return .needsMore }
        if first == 0x1B { return escape(bytes, keys, final: final) }
        if let key = control(first) { return .taken(1, .event(.key(key))) }
        return character(bytes, modifiers: [], final: final)
    }

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
    private static func character(_ bytes: ArraySlice<UInt8>, modifiers: Modifiers, final: Bool) -> Step {
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
        return .taken(length, .event(.key(KeyPress(.character(character), modifiers))))
    }

    private static func escape(_ bytes: ArraySlice<UInt8>, _ keys: [[UInt8]: KeyPress], final: Bool) -> Step {
        if let found = keys.first(where: { bytes.starts(with: $0.key) }) {
            return .taken(found.key.count, .event(.key(found.value)))
        }
        guard bytes.count > 1 else {
            return final ? .taken(1, .event(.key(KeyPress(.escape)))) : .needsMore
        }
        switch bytes[bytes.startIndex + 1] {
        case UInt8(ascii: "["): return ControlSequence.read(bytes, final: final)
        case UInt8(ascii: "O"): return applicationKey(bytes, final: final)
        case 0x1B: return .taken(1, .event(.key(KeyPress(.escape))))
        default: return withAlt(bytes, keys, final: final)
        }
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

    private static func applicationKey(_ bytes: ArraySlice<UInt8>, final: Bool) -> Step {
        guard bytes.count > 2 else {
            return final ? .taken(2, .event(.key(KeyPress(.character("O"), .alt)))) : .needsMore
        }
        let letter = bytes[bytes.startIndex + 2]
        if letter == UInt8(ascii: "M") { return .taken(3, .event(.key(KeyPress(.enter)))) }
        guard let key = ControlSequence.key(letter: letter) else { return .taken(3, .nothing) }
        return .taken(3, .event(.key(key)))
    }
}

/// The sequences that begin with `ESC [`.
private enum ControlSequence {
    static func read(_ bytes: ArraySlice<UInt8>, final: Bool) -> InputDecoder.Step {
        let body = bytes.dropFirst(2)
        // The Linux console sends F1…F5 as ESC [ [ A…E.
        if body.first == UInt8(ascii: "[") {
            guard body.count > 1 else { return final ? .taken(bytes.count, .nothing) : .needsMore }
            let number = Int(body[body.startIndex + 1]) - 0x40
            let isKey = (1...5).contains(number)
            return .taken(4, isKey ? .event(.key(KeyPress(.function(number)))) : .nothing)
        }
        let parameters = body.prefix { (0x20...0x3F).contains($0) }
        guard parameters.count < body.count else {
            if final {
                return bytes.count == 2 ? .taken(2, .event(.key(altBracket))) : .taken(bytes.count, .nothing)
            }
            return parameters.count > 64 ? .taken(bytes.count, .nothing) : .needsMore
        }
        let last = body[body.startIndex + parameters.count]
        let count = 2 + parameters.count + 1
        guard (0x40...0x7E).contains(last) else { return .taken(count - 1, .nothing) }
        return .taken(count, meaning(parameters, last))
    }

    private static let altBracket = KeyPress(.character("["), .alt)

    private static func meaning(_ parameters: ArraySlice<UInt8>, _ last: UInt8) -> InputDecoder.Meaning {
        if parameters.first == UInt8(ascii: "<") {
            return mouse(numbers(parameters.dropFirst()), released: last == UInt8(ascii: "m"))
        }
        let numbers = numbers(parameters)
        switch last {
        case UInt8(ascii: "~"): return tilde(numbers)
        case UInt8(ascii: "I"): return .event(.focus(true))
        case UInt8(ascii: "O"): return .event(.focus(false))
        case UInt8(ascii: "Z"): return .event(.key(KeyPress(.tab, .shift)))
        case UInt8(ascii: "u"): return unicodeKey(numbers)
        default:
            guard var key = key(letter: last) else { return .nothing }
            key.modifiers.formUnion(modifiers(numbers.dropFirst().first ?? 1))
            return .event(.key(key))
        }
    }

    private static func numbers(_ bytes: ArraySlice<UInt8>) -> [Int] {
        bytes.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map { digits in
            digits.count > 8 ? 0 : Int(String(decoding: digits, as: UTF8.self)) ?? 0
        }
    }

    static func key(letter: UInt8) -> KeyPress? {
        switch letter {
        case UInt8(ascii: "A"): KeyPress(.up)
        case UInt8(ascii: "B"): KeyPress(.down)
        case UInt8(ascii: "C"): KeyPress(.right)
        case UInt8(ascii: "D"): KeyPress(.left)
        case UInt8(ascii: "H"): KeyPress(.home)
        case UInt8(ascii: "F"): KeyPress(.end)
        case UInt8(ascii: "P")...UInt8(ascii: "S"): KeyPress(.function(Int(letter) - 0x4F))
        default: nil
        }
    }

    private static func tilde(_ numbers: [Int]) -> InputDecoder.Meaning {
        let keys: [Int: Key] = [
            1: .home, 2: .insert, 3: .delete, 4: .end, 5: .pageUp, 6: .pageDown, 7: .home, 8: .end,
            11: .function(1), 12: .function(2), 13: .function(3), 14: .function(4), 15: .function(5),
            17: .function(6), 18: .function(7), 19: .function(8), 20: .function(9), 21: .function(10),
            23: .function(11), 24: .function(12),
        ]
        guard let number = numbers.first else { return .nothing }
        if number == 200 { return .pasteBegins }
        guard let key = keys[number] else { return .nothing }
        return .event(.key(KeyPress(key, modifiers(numbers.dropFirst().first ?? 1))))
    }

    /// A key as `CSI code ; modifiers u` (fixterms).
    private static func unicodeKey(_ numbers: [Int]) -> InputDecoder.Meaning {
        guard let code = numbers.first, let scalar = UInt32(exactly: code).flatMap(Unicode.Scalar.init) else {
            return .nothing
        }
        var held = modifiers(numbers.dropFirst().first ?? 1)
        switch code {
        case 13: return .event(.key(KeyPress(.enter, held)))
        case 9: return .event(.key(KeyPress(.tab, held)))
        case 27: return .event(.key(KeyPress(.escape, held)))
        case 8, 127: return .event(.key(KeyPress(.backspace, held)))
        default:
            if scalar.isControl { return .nothing }
            held.remove(.shift)
            return .event(.key(KeyPress(.character(Character(scalar)), held)))
        }
    }

    /// xterm's modifier number: 1 + shift 1 + alt 2 + control 4 + meta 8.
    private static func modifiers(_ number: Int) -> Modifiers {
        let bits = max(0, number - 1)
        var modifiers: Modifiers = []
        if bits & 1 != 0 { modifiers.insert(.shift) }
        if bits & 0b1010 != 0 { modifiers.insert(.alt) }
        if bits & 4 != 0 { modifiers.insert(.control) }
        return modifiers
    }

    private static func mouse(_ numbers: [Int], released: Bool) -> InputDecoder.Meaning {
        guard numbers.count == 3, numbers[1] > 0, numbers[2] > 0 else { return .nothing }
        guard let action = action(numbers[0], released: released) else { return .nothing }
        var held: Modifiers = []
        if numbers[0] & 4 != 0 { held.insert(.shift) }
        if numbers[0] & 8 != 0 { held.insert(.alt) }
        if numbers[0] & 16 != 0 { held.insert(.control) }
        return .event(.mouse(MouseEvent(action, at: Point(numbers[1] - 1, numbers[2] - 1), modifiers: held)))
    }

    private static func action(_ code: Int, released: Bool) -> MouseEvent.Action? {
        if code & 64 != 0 {
            switch code & 3 {
            case 0: return .wheelUp
            case 1: return .wheelDown
            default: return nil
            }
        }
        let buttons: [MouseEvent.Button] = [.left, .middle, .right]
        guard code & 3 < 3 else { return nil }
        let button = buttons[code & 3]
        if released { return .release(button) }
        return code & 32 != 0 ? .drag(button) : .press(button)
    }
}
