import Yams

/// Reads a base16 or base24 scheme in the YAML of tinted-theming, in either of its forms.
///
/// The present form has `system`, `name`, `author`, `variant` and a mapping `palette` of base00…base0F (base17 in
/// base24); the older one has `scheme`, `author` and the colours at the top level. Colours are six hexadecimal
/// digits with or without `#`. See https://github.com/tinted-theming/home (styling guide and builder specification).
public enum ThemeReader {
    /// No scheme comes near this many bytes; the limit keeps foreign files and alias bombs out.
    public static let largestFile = 65536

    /// The theme in a text.
    ///
    /// - Parameter file: The name used in errors, and as the theme's name when the text has none.
    /// - Throws: `ThemeError`, naming the line where it is known.
    public static func read(_ document: String, file: String) throws(ThemeError) -> Theme {
        let file = clean(file)
        guard document.utf8.count <= largestFile else {
            throw .tooLarge(file: file, bytes: document.utf8.count)
        }
        let root = try parse(document, file)
        guard case .mapping(let scheme) = root else { throw .notAMapping(file: file) }
        let colors: Node.Mapping
        if case .mapping(let palette)? = value("palette", in: scheme) {
            colors = palette
        } else {
            colors = scheme
        }
        return Theme(
            checkedName: name(of: scheme) ?? file, author: text("author", in: scheme) ?? "",
            isLight: text("variant", in: scheme).flatMap { ["light": true, "dark": false][$0.lowercased()] },
            palette: try palette(colors, file))
    }

    private static func name(of scheme: Node.Mapping) -> String? {
        text("name", in: scheme) ?? text("scheme", in: scheme)
    }

    private static func parse(_ text: String, _ file: String) throws(ThemeError) -> Node {
        let safe = text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
        guard !safe.utf8.contains(UInt8(ascii: "&")) || !hasAnchor(safe) else {
            throw .notYAML(file: file, line: nil, reason: "anchors and aliases are not used in schemes")
        }
        do {
            guard let node = try Yams.compose(yaml: safe) else { throw ThemeError.notAMapping(file: file) }
            return node
        } catch let error as ThemeError {
            throw error
        } catch let error as YamlError {
            throw .notYAML(file: file, line: line(of: error), reason: reason(of: error))
        } catch {
            throw .notYAML(file: file, line: nil, reason: "it can't be understood")
        }
    }

    /// True for a `&` that begins an anchor; one inside a name ("Black & White") is text.
    private static func hasAnchor(_ text: String) -> Bool {
        text.split(separator: "\n").contains { line in
            let value = line.drop { $0 != ":" }.dropFirst().drop { $0 == " " }
            return value.first == "&" || line.drop { $0 == " " || $0 == "-" }.first == "&"
        }
    }

    private static func line(of error: YamlError) -> Int? {
        switch error {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
        default: nil
        }
    }

    private static func reason(of error: YamlError) -> String {
        switch error {
        case .scanner(_, let problem, _, _), .parser(_, let problem, _, _), .composer(_, let problem, _, _):
            clean(problem)
        case .reader(let problem, _, _, _): clean(problem)
        case .duplicatedKeysInMapping: "a name is given twice"
        default: "it can't be understood"
        }
    }

    private static func palette(_ colors: Node.Mapping, _ file: String) throws(ThemeError) -> [Color] {
        var found: [String: Node] = [:]
        for (key, value) in colors {
            guard let name = key.scalar?.string, name.count == 6 else { continue }
            found[name.lowercased()] = value
        }
        let isBase24 = found.keys.contains { $0.hasPrefix("base1") }
        let names = (0..<(isBase24 ? 24 : 16)).map { "base" + ($0 < 16 ? "0" : "") + hexadecimal($0) }
        let missing = names.prefix(16).filter { found[$0.lowercased()] == nil }
        guard missing.isEmpty else { throw .missingColors(file: file, names: missing) }
        var palette: [Color] = []
        for name in names {
            guard let node = found[name.lowercased()] else { break }
            guard let color = (node.scalar?.string).flatMap({ Color(hexadecimal: $0) }) else {
                throw .badColor(
                    file: file, line: node.mark?.line, name: name,
                    value: clean(String((node.scalar?.string ?? "a list or mapping").prefix(40))))
            }
            palette.append(color)
        }
        return palette
    }

    private static func hexadecimal(_ number: Int) -> String { String(number, radix: 16, uppercase: true) }

    private static func value(_ name: String, in mapping: Node.Mapping) -> Node? {
        mapping.first { $0.key.scalar?.string == name }?.value
    }

    private static func text(_ name: String, in mapping: Node.Mapping) -> String? {
        guard let text = value(name, in: mapping)?.scalar?.string else { return nil }
        let safe = clean(String(text.prefix(80))).trimmed
        return safe.isEmpty ? nil : safe
    }

    /// The text with stand-ins for what must not reach a terminal.
    static func clean(_ text: String) -> String { Glyph.glyphs(of: text).map(\.text).joined() }
}

extension String {
    fileprivate var trimmed: String {
        var text = Substring(self)
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
