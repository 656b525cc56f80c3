import NibbleKernels

/// The formats as a table for Documentation/Formats.md, from their cards; the same on every machine.
enum FormatTableDocument {
    /// A table in Markdown: name, bits per weight of ``FormatSheet/usualShape``, family, what it is, the fastest loops.
    ///
    /// Formats of one type that follow each other and differ in their bits alone share a row.
    static var markdown: String {
        let rows = runs(of: FormatCatalogue.all + FormatCatalogue.readOnly).map(row)
        return (["| name | bits | family | what it is | path |", "|---|--:|---|---|---|"] + rows)
            .joined(separator: "\n")
    }

    /// Formats that stand in one row.
    private static func runs(of formats: [any NumericFormat]) -> [[any NumericFormat]] {
        var runs: [[any NumericFormat]] = []
        for format in formats {
            if let last = runs.last?.last, series(last) == series(format),
                differingWords(last.summary, format.summary) == 1
            {
                runs[runs.count - 1].append(format)
            } else {
                runs.append([format])
            }
        }
        return runs
    }

    /// The format's type, and its name without the number of bits.
    private static func series(_ format: any NumericFormat) -> String {
        "\(type(of: format)) " + format.name.replacing("\(format.codeBits)", with: "", maxReplacements: 1)
    }

    private static func row(_ formats: [any NumericFormat]) -> String {
        let cells = [formats.first, formats.last].compactMap(\.self).map { format -> [String] in
            let sheet = try? FormatSheet(encoding: format.defaultEncoding)
            return [
                "`\(format.name)`", bits(sheet?.layout.bitsPerWeight ?? 0), format.family.name,
                format.summary, sheet?.fastestPath.map { "\($0.arithmetic), \($0.source)" } ?? "",
            ]
        }
        guard let first = cells.first, let last = cells.last else { return "" }
        let merged = zip(first, last).map(span)
        return "| " + merged.joined(separator: " | ") + " |"
    }

    /// Two decimals, cut of zeros.
    private static func bits(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        let (whole, rest) = (hundredths / 100, hundredths % 100)
        guard rest > 0 else { return "\(whole)" }
        return "\(whole)." + (rest % 10 == 0 ? "\(rest / 10)" : rest < 10 ? "0\(rest)" : "\(rest)")
    }

    /// Both texts in one: “255 … 3 levels, symmetric” where a single word differs.
    private static func span(_ first: String, _ last: String) -> String {
        guard first != last else { return first }
        guard differingWords(first, last) == 1 else { return "\(first) … \(last)" }
        return zip(first.split(separator: " "), last.split(separator: " ")).map {
            $0 == $1 ? "\($0)" : "\($0) … \($1)"
        }.joined(separator: " ")
    }

    /// Words that differ between texts of as many words; nil for others.
    private static func differingWords(_ first: String, _ last: String) -> Int? {
        let (words, others) = (first.split(separator: " "), last.split(separator: " "))
        return words.count == others.count ? zip(words, others).count { $0 != $1 } : nil
    }
}
