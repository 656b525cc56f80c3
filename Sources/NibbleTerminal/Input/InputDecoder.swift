/// Turns the bytes a terminal sends into events: a state machine without a terminal or a clock, so it can be tested.
///
/// It knows UTF-8, the control sequences of xterm and its kin (keys with modifiers, mouse reports in every encoding,
/// bracketed paste, focus), the kitty keyboard protocol, and the key strings of the terminal's own description.
/// Replies of the terminal and bytes that mean nothing are dropped.
public struct InputDecoder: Sendable {
    /// What the bytes that came last may be the beginning of.
    public enum Waiting: Hashable, Sendable {
        /// A lone Escape: the key, or the first byte of a sequence.
        case escape
        /// A sequence or a character that lacks its end.
        case sequence
        /// A reply of the terminal (OSC, DCS, APC, PM, SOS) that lacks its end.
        case reply
        /// A paste that lacks its end.
        case paste
    }

    private enum Mode {
        case keys
        case paste([UInt8])
        case reply
    }

    private var pending: [UInt8] = []
    private var mode = Mode.keys
    private var heldButton = MouseEvent.Button.left
    private let terminfoKeys: [[UInt8]: KeyPress]

    /// A decoder; `terminfoKeys` are byte strings of the terminal's description with their keys.
    public init(terminfoKeys: [[UInt8]: KeyPress] = [:]) {
        self.terminfoKeys = terminfoKeys.filter { $0.key.first == 0x1B && $0.key.count > 1 }
    }

    /// What more bytes are waited for, or nil.
    public var waiting: Waiting? {
        switch mode {
        case .paste: .paste
        case .reply: .reply
        case .keys: pending.isEmpty ? nil : pending.allSatisfy { $0 == 0x1B } ? .escape : .sequence
        }
    }

    /// Takes bytes and returns the events they complete.
    public mutating func feed(_ bytes: some Sequence<UInt8>) -> [Event] {
        pending += bytes
        return decode(final: false)
    }

    /// Decides about what waits when no more comes soon: a lone Escape is the Escape key, a paste ends here, a reply
    /// is given up.
    public mutating func flush() -> [Event] {
        switch mode {
        case .keys: return decode(final: true)
        case .paste:
            keep(pending[...])
            pending = []
            return endPaste()
        case .reply:
            pending = []
            mode = .keys
            return []
        }
    }

    private mutating func decode(final: Bool) -> [Event] {
        var events: [Event] = []
        var position = 0
        reading: while position < pending.count {
            switch mode {
            case .paste:
                let (end, isComplete) = takePaste(from: position)
                position = end
                guard isComplete else { break reading }
                events += endPaste()
            case .reply:
                let (end, isComplete) = endOfReply(from: position)
                position = end
                guard isComplete else { break reading }
                mode = .keys
            case .keys:
                let step = KeyBytes.next(pending[position...], terminfoKeys, final: final)
                guard case .taken(let count, let meaning) = step else { break reading }
                position += count
                if let event = take(meaning) { events.append(event) }
            }
        }
        pending.removeFirst(min(position, pending.count))
        return events
    }

    private mutating func take(_ meaning: KeyBytes.Meaning) -> Event? {
        switch meaning {
        case .event(let event):
            if case .mouse(let mouse) = event, case .press(let button) = mouse.action { heldButton = button }
            return event
        case .someButtonReleased(let point, let modifiers):
            return .mouse(MouseEvent(.release(heldButton), at: point, modifiers: modifiers))
        case .pasteBegins: mode = .paste([])
        case .replyBegins: mode = .reply
        case .nothing: break
        }
        return nil
    }

    // MARK: Pastes

    private static let pasteEnd: [UInt8] = Array("\u{1B}[201~".utf8)
    /// Bytes of one paste that are kept; what a terminal sends beyond them is dropped.
    static let longestPaste = 1 << 20

    /// Takes pasted bytes from `pending`; the position after them, and whether the end mark came.
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
        guard case .paste(var pasted) = mode else { return }
        mode = .keys
        pasted.append(contentsOf: bytes.prefix(max(0, Self.longestPaste - pasted.count)))
        mode = .paste(pasted)
    }

    private mutating func endPaste() -> [Event] {
        guard case .paste(let pasted) = mode else { return [] }
        mode = .keys
        return [.paste(String(decoding: pasted, as: UTF8.self))]
    }

    // MARK: Replies

    /// Looks for the end of a string that the terminal sends: ST (`ESC \`), or BEL as xterm allows for OSC.
    ///
    /// CAN and SUB cancel it (ECMA-48, 8.3), and so does the beginning of another sequence.
    private func endOfReply(from position: Int) -> (end: Int, isComplete: Bool) {
        for index in position..<pending.count {
            switch pending[index] {
            case 0x07, 0x18, 0x1A: return (index + 1, true)
            case 0x1B:
                guard index + 1 < pending.count else { return (index, false) }
                return (pending[index + 1] == UInt8(ascii: "\\") ? index + 2 : index, true)
            default: break
            }
        }
        return (pending.count, false)
    }
}
