/// The keys that terminals number or name by a letter, in the tables of xterm, rxvt and kitty.
enum FunctionalKeys {
    /// The last letter of `ESC [ … letter`.
    static func letter(_ letter: UInt8) -> KeyPress? {
        switch letter {
        case UInt8(ascii: "A"): KeyPress(.up)
        case UInt8(ascii: "B"): KeyPress(.down)
        case UInt8(ascii: "C"): KeyPress(.right)
        case UInt8(ascii: "D"): KeyPress(.left)
        case UInt8(ascii: "H"): KeyPress(.home)
        case UInt8(ascii: "F"): KeyPress(.end)
        case UInt8(ascii: "P")...UInt8(ascii: "S"): KeyPress(.function(Int(letter) - 0x4F))
        case UInt8(ascii: "Z"): KeyPress(.tab, .shift)
        // rxvt: arrows with Shift.
        case UInt8(ascii: "a"): KeyPress(.up, .shift)
        case UInt8(ascii: "b"): KeyPress(.down, .shift)
        case UInt8(ascii: "c"): KeyPress(.right, .shift)
        case UInt8(ascii: "d"): KeyPress(.left, .shift)
        default: nil
        }
    }

    /// The letter of `ESC O letter`: cursor keys, rxvt's arrows with Control, and the keypad in its application mode.
    static func application(_ letter: UInt8) -> KeyPress? {
        switch letter {
        case UInt8(ascii: "a"): KeyPress(.up, .control)
        case UInt8(ascii: "b"): KeyPress(.down, .control)
        case UInt8(ascii: "c"): KeyPress(.right, .control)
        case UInt8(ascii: "d"): KeyPress(.left, .control)
        case UInt8(ascii: "M"): KeyPress(.enter)
        case UInt8(ascii: "I"): KeyPress(.tab)
        case UInt8(ascii: "X"): KeyPress("=")
        // The keypad's codes are those of its characters, 0x40 higher.
        case UInt8(ascii: "j")...UInt8(ascii: "y"): KeyPress(Character(Unicode.Scalar(letter - 0x40)))
        default: self.letter(letter)
        }
    }

    /// The number of `ESC [ number ~`.
    static func numbered(_ number: Int) -> Key? {
        switch number {
        case 1, 7: .home
        case 2: .insert
        case 3: .delete
        case 4, 8: .end
        case 5: .pageUp
        case 6: .pageDown
        case 11...15: .function(number - 10)
        case 17...21: .function(number - 11)
        case 23...26: .function(number - 12)
        case 28, 29: .function(number - 13)
        case 31...34: .function(number - 14)
        default: nil
        }
    }

    /// A key of the kitty keyboard protocol with a code from the private use area; modifier, lock and media keys have
    /// no meaning here.
    static func kitty(_ code: Int) -> Key? {
        switch code {
        case 57376...57398: .function(code - 57376 + 13)
        case 57399...57408: .character(Character(Unicode.Scalar(UInt8(code - 57399 + 0x30))))
        case 57414: .enter
        default: kittyKeypad[code]
        }
    }

    private static let kittyKeypad: [Int: Key] = [
        57409: .character("."), 57410: .character("/"), 57411: .character("*"), 57412: .character("-"),
        57413: .character("+"), 57415: .character("="), 57416: .character(","), 57417: .left, 57418: .right,
        57419: .up, 57420: .down, 57421: .pageUp, 57422: .pageDown, 57423: .home, 57424: .end, 57425: .insert,
        57426: .delete,
    ]

    /// What a number of modifiers says is held.
    ///
    /// It is 1 + shift 1 + alt 2 + control 4 + meta 8 (xterm) or super 8, hyper 16, meta 32 (kitty); the last three
    /// count as Alt. What else kitty adds are locks.
    static func modifiers(_ number: Int) -> Modifiers {
        let bits = max(0, number - 1)
        var modifiers: Modifiers = []
        if bits & 1 != 0 { modifiers.insert(.shift) }
        if bits & 0b11_1010 != 0 { modifiers.insert(.alt) }
        if bits & 4 != 0 { modifiers.insert(.control) }
        return modifiers
    }
}
