/// A key of the keyboard.
public enum Key: Hashable, Sendable {
    /// A character key as typed: `a`, `A`, `+`, ` `.
    case character(Character)
    /// Return.
    case enter
    /// Tab.
    case tab
    /// Escape.
    case escape
    /// Backspace.
    case backspace
    /// Delete forward.
    case delete
    /// Insert.
    case insert
    /// Arrow up.
    case up
    /// Arrow down.
    case down
    /// Arrow left.
    case left
    /// Arrow right.
    case right
    /// Home.
    case home
    /// End.
    case end
    /// Page up.
    case pageUp
    /// Page down.
    case pageDown
    /// A function key, from 1.
    case function(Int)
}

/// Keys held with another.
public struct Modifiers: OptionSet, Hashable, Sendable {
    /// One bit for each modifier.
    public let rawValue: UInt8

    /// The modifiers whose bits are set.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Shift; never set with a character, which shows it by itself.
    public static let shift = Modifiers(rawValue: 1)
    /// Alt or Meta.
    public static let alt = Modifiers(rawValue: 2)
    /// Control.
    public static let control = Modifiers(rawValue: 4)
}

/// A key pressed with modifiers; written `ctrl-r`, `shift-tab`, `space`, `+`.
public struct KeyPress: Hashable, Sendable {
    /// The key.
    public var key: Key
    /// What was held with it.
    public var modifiers: Modifiers

    /// A key with modifiers.
    public init(_ key: Key, _ modifiers: Modifiers = []) {
        self.key = key
        self.modifiers = modifiers
    }

    /// The key of a character, as typed without Control or Alt.
    public init(_ character: Character) { self.init(.character(character)) }

    /// The character, when the key is one and neither Control nor Alt is held.
    public var character: Character? {
        guard case .character(let character) = key, modifiers.isEmpty else { return nil }
        return character
    }
}

extension KeyPress: CustomStringConvertible {
    private static let names: [(name: String, key: Key)] = [
        ("space", .character(" ")), ("enter", .enter), ("tab", .tab), ("esc", .escape),
        ("backspace", .backspace), ("delete", .delete), ("insert", .insert), ("up", .up), ("down", .down),
        ("left", .left), ("right", .right), ("home", .home), ("end", .end), ("pgup", .pageUp),
        ("pgdn", .pageDown),
    ]
    private static let aliases: [String: Key] = [
        "return": .enter, "escape": .escape, "del": .delete, "pageup": .pageUp, "pagedown": .pageDown,
    ]
    private static let modifierNames: [(name: String, modifier: Modifiers)] = [
        ("ctrl-", .control), ("alt-", .alt), ("shift-", .shift),
    ]

    /// Reads a key's name; nil when it is none.
    ///
    /// Modifiers `ctrl-`, `alt-`, `shift-` stand before a character or a name such as `space`, `enter`, `tab`,
    /// `esc`, `pgup`, `f1`. Names may be in capitals, a single character counts as typed.
    public init?(parsing text: String) {
        var rest = Substring(text)
        var modifiers: Modifiers = []
        while let found = Self.modifierNames.first(where: {
            rest.count > $0.name.count && rest.lowercased().hasPrefix($0.name)
        }) {
            guard !modifiers.contains(found.modifier) else { return nil }
            modifiers.insert(found.modifier)
            rest = rest.dropFirst(found.name.count)
        }
        guard let key = Self.key(named: rest) else { return nil }
        guard case .character(let character) = key else {
            self.init(key, modifiers)
            return
        }
        if modifiers.contains(.shift) { return nil }
        let isControl = modifiers.contains(.control)
        self.init(.character(isControl ? Character(character.lowercased()) : character), modifiers)
    }

    private static func key(named name: Substring) -> Key? {
        if name.count == 1, let character = name.first {
            return character.unicodeScalars.contains(where: \.isControl) ? nil : .character(character)
        }
        let name = name.lowercased()
        if let found = names.first(where: { $0.name == name }) { return found.key }
        if let found = aliases[name] { return found }
        if name.hasPrefix("f"), let number = Int(name.dropFirst()), (1...24).contains(number) {
            return .function(number)
        }
        return nil
    }

    /// The name that `init(parsing:)` reads.
    public var description: String {
        let prefix = Self.modifierNames.filter { modifiers.contains($0.modifier) }.map(\.name).joined()
        if case .function(let number) = key { return prefix + "f\(number)" }
        if let found = Self.names.first(where: { $0.key == key }) { return prefix + found.name }
        guard case .character(let character) = key else { return prefix }
        return prefix + String(character)
    }

    /// The key as the footer and the help show it: `Ctrl-R`, `Space`, `↑`, `+`.
    public var label: String {
        let prefix = Self.modifierNames.filter { modifiers.contains($0.modifier) }
            .map { $0.name.prefix(1).uppercased() + $0.name.dropFirst() }.joined()
        return prefix + keyLabel
    }

    private var keyLabel: String {
        switch key {
        case .character(" "): "Space"
        case .character(let character):
            modifiers.contains(.control) ? character.uppercased() : String(character)
        case .up: "↑"
        case .down: "↓"
        case .left: "←"
        case .right: "→"
        case .pageUp: "PgUp"
        case .pageDown: "PgDn"
        case .function(let number): "F\(number)"
        default: Self.names.first { $0.key == key }.map { $0.name.capitalizedName } ?? ""
        }
    }
}

extension String {
    fileprivate var capitalizedName: String { prefix(1).uppercased() + dropFirst() }
}
