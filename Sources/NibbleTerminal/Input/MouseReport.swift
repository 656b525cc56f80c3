/// What the mouse did, in each of the four ways that terminals write it.
enum MouseReport {
    /// `ESC [ M` and three characters, each 32 more than its number: bytes (X10 and normal tracking) or, from 95
    /// on, two bytes of UTF-8 (mode 1005).
    static func read(_ bytes: ArraySlice<UInt8>, final: Bool) -> KeyBytes.Step {
        var numbers: [Int] = []
        var index = bytes.startIndex + 3
        while numbers.count < 3 {
            guard index < bytes.endIndex else { return final ? .taken(bytes.count, .nothing) : .needsMore }
            let first = bytes[index]
            // A control character can't be part of a report: what came so far is dropped.
            guard first >= 0x20 else { return .taken(index - bytes.startIndex, .nothing) }
            if (0xC2...0xDF).contains(first) {
                guard index + 1 < bytes.endIndex else {
                    return final ? .taken(bytes.count, .nothing) : .needsMore
                }
                if bytes[index + 1] & 0xC0 == 0x80 {
                    numbers.append((Int(first & 0x1F) << 6 | Int(bytes[index + 1] & 0x3F)) - 32)
                    index += 2
                    continue
                }
            }
            numbers.append(Int(first) - 32)
            index += 1
        }
        return .taken(index - bytes.startIndex, meaning(numbers, released: nil))
    }

    /// `CSI number ; column ; row M` (mode 1015, from urxvt): as three characters, but in decimals.
    static func decimal(_ numbers: [Int]) -> KeyBytes.Meaning {
        guard numbers.count == 3 else { return .nothing }
        return meaning([numbers[0] - 32, numbers[1], numbers[2]], released: nil)
    }

    /// `CSI < number ; column ; row M` or `m` (mode 1006, SGR).
    static func extended(_ numbers: [Int], _ last: UInt8) -> KeyBytes.Meaning {
        switch last {
        case UInt8(ascii: "M"): meaning(numbers, released: false)
        case UInt8(ascii: "m"): meaning(numbers, released: true)
        default: .nothing
        }
    }

    /// - Parameter released: Whether the button came up; nil where the number itself says it.
    private static func meaning(_ numbers: [Int], released: Bool?) -> KeyBytes.Meaning {
        guard numbers.count == 3, numbers[0] >= 0, numbers[1] > 0, numbers[2] > 0 else { return .nothing }
        let point = Point(numbers[1] - 1, numbers[2] - 1)
        var held: Modifiers = []
        if numbers[0] & 4 != 0 { held.insert(.shift) }
        if numbers[0] & 8 != 0 { held.insert(.alt) }
        if numbers[0] & 16 != 0 { held.insert(.control) }
        if released == nil, numbers[0] & 0b1110_0011 == 3 { return .someButtonReleased(point, held) }
        guard let action = action(numbers[0], released: released ?? false) else { return .nothing }
        return .event(.mouse(MouseEvent(action, at: point, modifiers: held)))
    }

    private static func action(_ code: Int, released: Bool) -> MouseEvent.Action? {
        // Buttons 8 to 11 have no meaning here.
        guard code & 128 == 0 else { return nil }
        if code & 64 != 0 {
            guard !released else { return nil }
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
