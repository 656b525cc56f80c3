// Where the bits of code books lie (ggml-common.h, as described in Numerics §6). A code is a point of the
// book: of eight weights or, in the three-bit formats, of four.

extension GridBlocks: BlockFielded {}

extension BlockFields {
    /// The factor of all scales, an f16 in the first bytes.
    private static let half = Field(.scales, count: 1, columns: 256, .half) { _ in [(bit: 0, count: 16)] }

    /// Four bits for each group, two groups in a byte from `start` on.
    private static func nibbles(
        from start: Int, count: Int, columns: Int, _ value: (Float) -> Float
    ) -> Field {
        Field(.unitScales, count: count, columns: columns, steps(16, value)) {
            [(bit: 8 * start + 4 * $0, count: 4)]
        }
    }

    private static func steps(_ count: Int, _ value: (Float) -> Float) -> StoredNumber {
        .levels((0..<count).map { value(Float($0)) })
    }

    /// Four bits on top of each word of 32 from `start` on, one every `stride` bytes.
    private static func onTop(from start: Int, stride: Int, _ value: (Float) -> Float) -> Field {
        Field(.unitScales, count: 8, columns: 32, steps(16, value)) {
            [(bit: 8 * (start + stride * $0) + 28, count: 4)]
        }
    }

    /// Four times seven bits in each word of 32 from `start` on, one every `stride` bytes.
    private static func sevenSigns(from start: Int, stride: Int) -> Field {
        Field(.signs, count: 32, columns: 8) { index in
            [(bit: 8 * (start + index / 4 * stride) + 7 * (index % 4), count: 7)]
        }
    }

    /// A byte of signs for each eight weights.
    private static func byteSigns(from start: Int) -> Field {
        Field(.signs, count: 32, columns: 8) { [(bit: 8 * (start + $0), count: 8)] }
    }

    static let q1_0 = BlockFields(
        weights: 128, bytes: 18,
        fields: [
            Field(.codes, count: 128, columns: 1, .levels([-1, 1])) { [(bit: 16 + $0, count: 1)] },
            Field(.scales, count: 1, columns: 128, .half) { _ in [(bit: 0, count: 16)] },
        ])

    static let q2_0 = BlockFields(
        weights: 64, bytes: 18,
        fields: [
            Field(.codes, count: 64, columns: 1, .whole(offset: 1)) { [(bit: 16 + 2 * $0, count: 2)] },
            Field(.scales, count: 1, columns: 64, .half) { _ in [(bit: 0, count: 16)] },
        ])

    static let iq2_xxs = BlockFields(
        weights: 256, bytes: 66,
        fields: [
            Field(.codes, count: 32, columns: 8) { [(bit: 8 * (2 + $0 / 4 * 8 + $0 % 4), count: 8)] },
            sevenSigns(from: 6, stride: 8), half, onTop(from: 6, stride: 8) { ($0 + 0.5) / 4 },
        ])

    static let iq2_xs = BlockFields(
        weights: 256, bytes: 74,
        fields: [
            Field(.codes, count: 32, columns: 8) { [(bit: 16 + 16 * $0, count: 9)] },
            Field(.signs, count: 32, columns: 8) { [(bit: 16 + 16 * $0 + 9, count: 7)] },
            half, nibbles(from: 66, count: 16, columns: 16) { ($0 + 0.5) / 4 },
        ])

    static let iq2_s = BlockFields(
        weights: 256, bytes: 82,
        fields: [
            Field(.codes, count: 32, columns: 8) {
                [(bit: 8 * (2 + $0), count: 8), (bit: 8 * 66 + 2 * $0, count: 2)]
            },
            byteSigns(from: 34), half, nibbles(from: 74, count: 16, columns: 16) { ($0 + 0.5) / 4 },
        ])

    static let iq3_xxs = BlockFields(
        weights: 256, bytes: 98,
        fields: [
            Field(.codes, count: 64, columns: 4) { [(bit: 8 * (2 + $0), count: 8)] },
            sevenSigns(from: 66, stride: 4), half, onTop(from: 66, stride: 4) { ($0 + 0.5) / 2 },
        ])

    static let iq3_s = BlockFields(
        weights: 256, bytes: 110,
        fields: [
            Field(.codes, count: 64, columns: 4) {
                [(bit: 8 * (2 + $0), count: 8), (bit: 8 * 66 + $0, count: 1)]
            },
            byteSigns(from: 74), half, nibbles(from: 106, count: 8, columns: 32) { 1 + 2 * $0 },
        ])

    /// A shift by an eighth stands as a zero point: numbers are eighths, and 1 is subtracted where the bit is
    /// set, added where not.
    private static let shift = StoredNumber.levels([-1, 1])

    static let iq1_s = BlockFields(
        weights: 256, bytes: 50,
        fields: [
            Field(.codes, count: 32, columns: 8) { index in
                [
                    (bit: 8 * (2 + index), count: 8),
                    (bit: 8 * 34 + index / 4 * 16 + 3 * (index % 4), count: 3),
                ]
            },
            half,
            Field(.zeroPoints, count: 8, columns: 32, shift) { [(bit: 8 * 34 + 16 * $0 + 15, count: 1)] },
            Field(.unitScales, count: 8, columns: 32, steps(8) { (2 * $0 + 1) / 8 }) {
                [(bit: 8 * 34 + 16 * $0 + 12, count: 3)]
            },
        ])

    static let iq1_m = BlockFields(
        weights: 256, bytes: 56,
        fields: [
            Field(.codes, count: 32, columns: 8) {
                [(bit: 8 * $0, count: 8), (bit: 8 * 32 + 4 * $0, count: 3)]
            },
            Field(.scales, count: 1, columns: 256, .half) { _ in
                (0..<4).map { (bit: 8 * 48 + 16 * $0 + 12, count: 4) }
            },
            Field(.zeroPoints, count: 32, columns: 8, shift) { [(bit: 8 * 32 + 4 * $0 + 3, count: 1)] },
            Field(.unitScales, count: 16, columns: 16, steps(8) { (2 * $0 + 1) / 8 }) {
                [(bit: 8 * 48 + $0 / 4 * 16 + 3 * ($0 % 4), count: 3)]
            },
        ])
}
