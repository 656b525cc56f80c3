/// Where the parts of a block lie, bit by bit: how formats without a run-time layout are taken apart.
struct BlockFields: Sendable {
    /// Weights of a block.
    let weights: Int
    /// Bytes of a block.
    let bytes: Int
    let fields: [Field]

    /// Numbers of one kind.
    struct Field: Sendable {
        let kind: RowPart.Kind
        let bits: Int
        let reading: StoredNumber
        /// Columns of one number.
        let columns: Int
        /// Where the bits of each number lie, the lowest first.
        let runs: [[BitRun]]

        /// A field whose number i lies where `runs` says: pairs of the first bit in the block and how many
        /// bits follow.
        init(
            _ kind: RowPart.Kind, count: Int, columns: Int, _ reading: StoredNumber = .whole(offset: 0),
            runs: (Int) -> [(bit: Int, count: Int)]
        ) {
            self.kind = kind
            self.reading = reading
            self.columns = columns
            self.runs = (0..<count).map { index in
                runs(index).flatMap { BitRun.pieces(from: $0.bit, $0.count) }
            }
            bits = self.runs.first?.reduce(0) { $0 + $1.count } ?? 0
        }
    }

    /// Some bits of one byte.
    struct BitRun: Sendable {
        let byte: Int
        let shift: UInt32
        let count: Int

        fileprivate var mask: UInt32 { 1 << UInt32(count) - 1 }

        /// Bits that may go on in further bytes.
        static func pieces(from bit: Int, _ count: Int) -> [BitRun] {
            var (pieces, bit, rest): ([BitRun], Int, Int) = ([], bit, count)
            while rest > 0 {
                let length = min(rest, 8 - bit % 8)
                pieces.append(BitRun(byte: bit / 8, shift: UInt32(bit % 8), count: length))
                (bit, rest) = (bit + length, rest - length)
            }
            return pieces
        }
    }

    /// The parts of rows of `blocks` blocks.
    func layout(blocks: Int) -> RowPartsLayout {
        RowPartsLayout(
            fields.map {
                RowPart(
                    $0.kind, blocks * $0.runs.count, bits: $0.bits, $0.reading, columns: $0.columns)
            })
    }

    /// Takes a row of blocks apart.
    func split(_ row: UnsafeRawBufferPointer, into parts: inout RowParts) {
        for field in fields {
            let count = field.runs.count
            var numbers = parts[field.kind]
            for index in numbers.indices {
                let start = index / count * bytes
                var (value, shift): (UInt32, UInt32) = (0, 0)
                for run in field.runs[index % count] {
                    value |= (UInt32(row[start + run.byte]) >> run.shift & run.mask) << shift
                    shift += UInt32(run.count)
                }
                numbers[index] = value
            }
            parts[field.kind] = numbers
        }
    }

    /// Puts a zeroed row of blocks together.
    func join(_ parts: RowParts, into row: UnsafeMutableRawBufferPointer) {
        for field in fields {
            let count = field.runs.count
            for (index, number) in parts[field.kind].enumerated() {
                let start = index / count * bytes
                var rest = number
                for run in field.runs[index % count] {
                    row[start + run.byte] |= UInt8(truncatingIfNeeded: (rest & run.mask) << run.shift)
                    rest >>= UInt32(run.count)
                }
            }
        }
    }
}

/// A format whose blocks are taken apart bit by bit.
protocol BlockFielded: PartedFormat {
    /// Where the parts of a block lie.
    var blockFields: BlockFields { get }
}

extension BlockFielded {
    /// The parts of whole blocks.
    public func partsLayout(_ context: RowContext) -> RowPartsLayout {
        blockFields.layout(blocks: context.layout.bytesPerRow / blockFields.bytes)
    }

    /// Block after block.
    public func split(row bytes: UnsafeRawBufferPointer, context: RowContext, into parts: inout RowParts) {
        blockFields.split(bytes, into: &parts)
    }

    /// Block after block.
    public func join(_ parts: RowParts, context: RowContext, into bytes: UnsafeMutableRawBufferPointer) {
        blockFields.join(parts, into: bytes)
    }
}
