/// A format whose rows are blocks of the same fields.
protocol FieldedBlocks: NumericFormat {
    /// Weights of a block.
    var weightsPerBlock: Int { get }
    /// The fields of a block.
    var fields: [FormatField] { get }
}

extension FieldedBlocks {
    /// One block.
    public func record(of layout: PackedLayout, encoding: StorageEncoding) -> FormatRecord {
        FormatRecord(unit: .block, weights: weightsPerBlock, fields: fields)
    }
}

extension BlockCoded {
    var weightsPerBlock: Int { Self.shape.weights }
}

extension FormatRecord {
    /// How the numbers of a row are to be read: `type` is empty for whole numbers.
    struct RowPart {
        let type: String
        let meaning: String

        init(_ type: String, _ meaning: String) {
            self.type = type
            self.meaning = meaning
        }
    }

    /// The fields of a row of dense codes, then scales, then zero points, with the widths that a layout has.
    static func row(
        of layout: PackedLayout, codes: RowPart, scales: RowPart? = nil, zeroPoints: RowPart? = nil,
        shared: [FormatField] = []
    ) -> FormatRecord {
        let (rows, columns) = (max(layout.shape.rows, 1), max(layout.shape.columns, 1))
        let width = layout.codeBits / max(layout.shape.elementCount, 1)
        let groups = max(layout.groupsPerRow, 1)
        var code = [
            FormatField.Part(.codes, layout.shape.columns, width: width, type: codes.type)
        ]
        let rest = (8 - columns * width % 8) % 8
        if rest > 0 { code.append(.init(.padding, 1, width: rest)) }
        var fields = [FormatField("codes", code, codes.meaning)]
        let parts: [(String, FormatField.Content, RowPart?, Int)] = [
            ("scales", .scales, scales, layout.scaleBits),
            ("zero points", .minima, zeroPoints, layout.zeroPointBits),
        ]
        for (name, content, part, bits) in parts where bits > 0 {
            let part = part ?? RowPart("", "")
            fields.append(
                FormatField(
                    name, [.init(content, groups, width: bits / rows / groups, type: part.type)], part.meaning
                ))
        }
        return FormatRecord(unit: .row, weights: layout.shape.columns, fields: fields, shared: shared)
    }
}
