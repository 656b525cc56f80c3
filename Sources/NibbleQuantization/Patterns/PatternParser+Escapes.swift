extension PatternParser {
    /// What stands behind a backslash outside of a class; nil for what only changes how the rest is read.
    mutating func escape() throws(PatternError) -> PatternTree? {
        place += 1
        guard let next else {
            throw error("nothing follows the backslash; write \\\\ for the character.", before: 1)
        }
        if let condition = Self.conditions[next] {
            place += 1
            return .condition(condition)
        }
        switch next {
        case "Q":
            place += 1
            return quoted()
        case "E":
            place += 1
            return nil
        case "R":
            place += 1
            return .choice([
                .sequence([.characters(.single("\r")), .characters(.single("\n"))]),
                .characters(.lineEnds),
            ])
        case "1"..."9", "k":
            throw error("what a group matched can't be asked for again; write it out.", before: 1)
        default: return .characters(try escapedCharacters())
        }
    }

    private static let conditions: [Unicode.Scalar: PatternCondition] = [
        "A": .textStart, "G": .textStart, "z": .textEnd, "Z": .lastLineEnd,
        "b": .wordBoundary(isWanted: true), "B": .wordBoundary(isWanted: false),
    ]

    /// Characters that stand for themselves up to `\E`.
    private mutating func quoted() -> PatternTree {
        var parts: [PatternTree] = []
        while let next, !skip("\\E") {
            place += 1
            parts.append(.characters(literal(next)))
        }
        return .sequence(parts)
    }

    /// The characters of `\d` and its kin, of a number, or a sign that stands for itself; behind the backslash.
    mutating func escapedCharacters() throws(PatternError) -> ScalarSet {
        guard let next else {
            throw error("nothing follows the backslash; write \\\\ for the character.", before: 1)
        }
        place += 1
        switch next {
        case "d": return .digits
        case "D": return .inverted(.digits)
        case "w": return .wordCharacters
        case "W": return .inverted(.wordCharacters)
        case "s": return .whiteSpace
        case "S": return .inverted(.whiteSpace)
        case "h": return .horizontalSpace
        case "H": return .inverted(.horizontalSpace)
        case "v": return .lineEnds
        case "V": return .inverted(.lineEnds)
        case "p": return try property()
        case "P": return .inverted(try property())
        default: return try escapedCharacter(next)
        }
    }

    private mutating func escapedCharacter(_ letter: Unicode.Scalar) throws(PatternError) -> ScalarSet {
        switch letter {
        case "t": return .single("\t")
        case "n": return .single("\n")
        case "r": return .single("\r")
        case "f": return .single("\u{0C}")
        case "a": return .single("\u{07}")
        case "e": return .single("\u{1B}")
        case "x": return try skip("{") ? number(1...8, base: 16, end: "}") : number(1...2, base: 16)
        case "u": return try number(4...4, base: 16)
        case "U": return try number(8...8, base: 16)
        case "0": return try number(1...3, base: 8)
        case "c":
            guard let next, next.isASCII else { throw error("a letter is missing behind \\c.") }
            place += 1
            return .range(next.value & 0x1F...next.value & 0x1F)
        case "a"..."z", "A"..."Z", "0"..."9":
            throw error(
                "\\\(letter) means nothing here; write the character without the backslash.", before: 2)
        default: return flags.ignoresCase ? .caseless(.single(letter)) : .single(letter)
        }
    }

    /// The character of a number of so many digits.
    private mutating func number(
        _ digits: ClosedRange<Int>, base: Int, end: String? = nil
    ) throws(PatternError) -> ScalarSet {
        let start = place
        let isDigit = { (scalar: Unicode.Scalar) in Int(String(scalar), radix: base) != nil }
        while let next, place - start < digits.upperBound, isDigit(next) { place += 1 }
        let text = String(String.UnicodeScalarView(scalars[start..<place]))
        guard digits.contains(text.count), let value = UInt32(text, radix: base),
            let scalar = Unicode.Scalar(value), end.map({ skip($0) }) ?? true
        else {
            throw PatternError(
                place: start + 1, problem: "this is no character's number; write \\x41, \\x{41} or \\u0041.")
        }
        return flags.ignoresCase ? .caseless(.single(scalar)) : .single(scalar)
    }

    /// The property named in braces, or by one letter.
    private mutating func property() throws(PatternError) -> ScalarSet {
        let start = place
        var name = ""
        if skip("{") {
            while let next, next != "}" {
                name.unicodeScalars.append(next)
                place += 1
            }
            guard skip("}") else { throw error("the name of a property is closed by }.") }
        } else if let next {
            name = String(next)
            place += 1
        }
        let isInverted = name.hasPrefix("^")
        guard let set = ScalarSet.named(isInverted ? String(name.dropFirst()) : name) else {
            throw PatternError(
                place: start + 1,
                problem:
                    "no property of this name is known here; there are general categories such as \\p{L} "
                    + "and \\p{Lu}, and \\p{Alphabetic}.")
        }
        return isInverted ? .inverted(set) : set
    }
}
