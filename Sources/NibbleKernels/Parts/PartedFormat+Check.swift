extension PartedFormat {
    /// Checks that a row's parts are what the format stores.
    ///
    /// - Throws: ``KernelError/shapeMismatch(_:)`` for another count than the layout's,
    ///   ``KernelError/unsupported(_:)`` for a number beyond what the format permits; both name the row.
    func check(_ parts: RowParts, _ layout: RowPartsLayout, row: Int) throws(KernelError) {
        for kind in RowPart.Kind.allCases {
            let (numbers, part) = (parts[kind], layout[kind])
            guard numbers.count == part?.count ?? 0 else {
                throw .shapeMismatch(countSentence(numbers.count, kind, part, row))
            }
            guard let part, part.permitted != 0...UInt32.max,
                let index = numbers.firstIndex(where: { !part.permitted.contains($0) })
            else { continue }
            throw .unsupported(sentence(numbers[index], at: index, of: part, row: row))
        }
    }

    private func countSentence(_ count: Int, _ kind: RowPart.Kind, _ part: RowPart?, _ row: Int) -> String {
        guard let part else {
            return
                "Row \(row) was given \(count) \(kind.rawValue), but rows of \(name) have none here: leave them out."
        }
        return
            "Row \(row) has \(count) \(kind.rawValue), but a row of \(name) with this shape has \(part.count), "
            + "those of filled blocks included."
    }

    private func sentence(_ bits: UInt32, at index: Int, of part: RowPart, row: Int) -> String {
        let place =
            switch part.columns {
            case 1: "column \(index)"
            case let columns?: "columns from \(index * columns) on"
            case nil: "place \(index)"
            }
        let ends = "\(part.permitted.lowerBound) to \(part.permitted.upperBound)"
        return
            "Row \(row), \(place): \(bits) is not among the \(part.kind.rawValue) of \(name), which are stored as \(ends)"
            + (part.advice.map { "; \($0)." } ?? ".")
    }
}
