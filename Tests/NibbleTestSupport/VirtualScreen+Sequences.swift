extension VirtualScreen {
    mutating func apply(_ token: ControlSequenceParser.Token) {
        switch token {
        case .character(let scalar): put(scalar)
        case .control(let byte): control(byte)
        case .escape(let text): escape(text)
        case .sequence("", let parameters, let final): sequence(parameters, final)
        case .sequence("?", let parameters, let final) where final == "h" || final == "l":
            for case let mode? in parameters {
                if final == "h" { modes.insert(mode) } else { modes.remove(mode) }
            }
        // How the Linux console shows its cursor.
        case .sequence("?", _, "c"): break
        case .sequence(let mark, _, let final): unknown.append("CSI \(mark) \(final)")
        case .string: break
        }
    }

    private mutating func control(_ byte: UInt8) {
        switch byte {
        case 0x08: x = max(x - 1, 0)
        case 0x09: x = min((x / 8 + 1) * 8, width - 1)
        case 0x0A, 0x0B, 0x0C: lineFeed()
        case 0x0D: x = 0
        case 0x07, 0x0E, 0x0F: break
        default: unknown.append("C0 \(byte)")
        }
    }

    private mutating func escape(_ text: String) {
        switch text {
        case "7": savedCursor = (x, y)
        case "8": (x, y) = savedCursor
        case "D": lineFeed()
        case "M": reverseLineFeed()
        case "E":
            x = 0
            lineFeed()
        case "=", ">", "(B", ")0", "(0", ")B": break
        default: unknown.append("ESC \(text)")
        }
    }

    private mutating func sequence(_ parameters: [Int?], _ final: String) {
        let count = max((parameters.first ?? nil) ?? 1, 1)
        switch final {
        case "A": y = max(y - count, 0)
        case "B", "e": y = min(y + count, height - 1)
        case "C", "a": x = min(x + count, width - 1)
        case "D": x = max(x - count, 0)
        case "G", "`": x = min(count, width) - 1
        case "d": y = min(count, height) - 1
        case "H", "f":
            y = min(count, height) - 1
            x = min(max((parameters.count > 1 ? parameters[1] : nil) ?? 1, 1), width) - 1
        case "m": rendition(parameters.map { $0 ?? 0 })
        default: change(parameters, final, count)
        }
    }

    private mutating func change(_ parameters: [Int?], _ final: String, _ count: Int) {
        let kind = (parameters.first ?? nil) ?? 0
        switch final {
        case "J": eraseScreen(kind)
        case "K": erase(row: y, kind == 0 ? x..<width : kind == 1 ? 0..<x + 1 : 0..<width)
        case "X": erase(row: y, x..<x + count)
        case "L": scroll(by: -count, from: y)
        case "M": scroll(by: count, from: y)
        case "S": scroll(by: count)
        case "T": scroll(by: -count)
        case "@": shiftRow(by: count)
        case "P": shiftRow(by: -count)
        case "b": if let lastCharacter { for _ in 0..<count { put(lastCharacter) } }
        case "r":
            let last = (parameters.count > 1 ? parameters[1] : nil) ?? height
            region = min(max(kind, 1), height) - 1...max(min(last, height), min(max(kind, 1), height)) - 1
            (x, y) = (0, 0)
        case "h", "l", "t", "n", "c", "q": break
        default: unknown.append("CSI \(final)")
        }
    }

    private mutating func eraseScreen(_ kind: Int) {
        if kind == 0 { erase(row: y, x..<width) }
        if kind == 1 { erase(row: y, 0..<x + 1) }
        let rows = kind == 0 ? y + 1..<max(height, y + 1) : kind == 1 ? 0..<y : 0..<height
        for row in rows { erase(row: row, 0..<width) }
    }

    /// SGR: attributes and colours.
    private mutating func rendition(_ numbers: [Int]) {
        var index = 0
        let numbers = numbers.isEmpty ? [0] : numbers
        while index < numbers.count {
            switch numbers[index] {
            case 0: pen = Cell()
            case 1...9: pen.attributes.insert(numbers[index])
            // The font of the Linux console.
            case 10, 11: break
            case 22: pen.attributes.subtract([1, 2])
            case 23...29: pen.attributes.remove(numbers[index] - 20)
            case 30...37: pen.foreground = numbers[index] - 30
            case 40...47: pen.background = numbers[index] - 40
            case 90...97: pen.foreground = numbers[index] - 82
            case 100...107: pen.background = numbers[index] - 92
            case 39: pen.foreground = nil
            case 49: pen.background = nil
            case 38, 48: index = extendedColor(numbers, at: index)
            default: unknown.append("SGR \(numbers[index])")
            }
            index += 1
        }
    }

    /// Reads `38;5;n` or `38;2;r;g;b` and returns the place of its last number.
    private mutating func extendedColor(_ numbers: [Int], at index: Int) -> Int {
        var color: Int?
        var last = index + 1
        if index + 2 < numbers.count, numbers[index + 1] == 5 {
            color = numbers[index + 2]
            last = index + 2
        } else if index + 4 < numbers.count, numbers[index + 1] == 2 {
            color = 0x1000000 + numbers[index + 2] << 16 + numbers[index + 3] << 8 + numbers[index + 4]
            last = index + 4
        }
        if numbers[index] == 38 { pen.foreground = color } else { pen.background = color }
        return last
    }
}
