import NibbleCheckpoints
import NibbleKernels
import NibbleTestSupport
import Testing

@testable import NibbleTransformers

/// Layers that are parts of tensors are read as if each lay alone.
@Suite struct StoredRowsTests {
    /// A tensor of [2, 6, 4] numbers that tell their place: 100 · slice + 10 · row + column.
    private static func withTensor(_ body: (Tensor) throws -> Void) throws {
        let numbers = (0..<48).map { (index: Int) -> Float in
            let (slice, row, column) = (index / 24, index / 4 % 6, index % 4)
            return Float(100 * slice + 10 * row + column)
        }
        try TemporaryFolder.with("views") { folder in
            let file = folder.appendingPathComponent("model.safetensors")
            let bytes = numbers.flatMap { number in withUnsafeBytes(of: number, Array.init) }
            try SafetensorsWriter.write(
                [(.init(name: "w", elementType: .f32, shape: [2, 6, 4]), bytes)], to: file)
            try body(try Checkpoint.open(file).tensor(named: "w"))
        }
    }

    private static func layer(_ view: TensorView, rows: Int, columns: Int) throws -> LinearLayer {
        try #require(
            LinearLayer(
                id: LayerPath("w"), role: .other, shape: MatrixShape(rows: rows, columns: columns),
                source: WeightSource(tensor: "w", view: view), stored: .f32, tiedNames: []))
    }

    private static func numbers(
        _ view: TensorView, rows: Int, columns: Int = 4, range: Range<Int>? = nil, _ tensor: Tensor
    ) throws -> [Float] {
        let layer = try layer(view, rows: rows, columns: columns)
        let stored = try StoredRows(layer, rows: range ?? 0..<rows, in: tensor)
        return withExtendedLifetime(stored.owner) {
            (0..<stored.bytes.count / 4).map {
                stored.bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self)
            }
        }
    }

    @Test func slicesAndRowsLieWhereTheyAre() throws {
        try Self.withTensor { tensor in
            let second = try Self.numbers(TensorView(slice: 1, firstRow: 2), rows: 2, tensor)
            #expect(second == [120, 121, 122, 123, 130, 131, 132, 133])
            let part = try Self.numbers(TensorView(slice: 1), rows: 6, range: 5..<6, tensor)
            #expect(part == [150, 151, 152, 153])
        }
    }

    /// A row for each input channel: output channels are columns of the tensor.
    @Test func turnedTensorsAreTurnedBack() throws {
        try Self.withTensor { tensor in
            let turned = TensorView(slice: 0, isTransposed: true, firstRow: 1)
            let both = try Self.numbers(turned, rows: 2, columns: 6, tensor)
            #expect(both == [1, 11, 21, 31, 41, 51, 2, 12, 22, 32, 42, 52])
            let second = try Self.numbers(turned, rows: 2, columns: 6, range: 1..<2, tensor)
            #expect(second == [2, 12, 22, 32, 42, 52])
        }
    }

    /// Two layers whose heads alternate, one row each: rows 0, 2, 4 and rows 1, 3, 5.
    @Test func headsThatAlternateAreGathered() throws {
        try Self.withTensor { tensor in
            let odd = TensorView(slice: 0, firstRow: 1, runLength: 1, runStride: 2)
            let rows = try Self.numbers(odd, rows: 3, tensor)
            #expect(rows.map { Int($0) / 10 } == [1, 1, 1, 1, 3, 3, 3, 3, 5, 5, 5, 5])
        }
    }

    @Test func rowsBeyondTheTensorAreRefused() throws {
        try Self.withTensor { tensor in
            for view in [
                TensorView(slice: 1, firstRow: 5),
                TensorView(slice: 1, firstRow: 5, runLength: 1, runStride: 2),
            ] {
                #expect(throws: TransformerError.self) { try Self.numbers(view, rows: 2, tensor) }
            }
            #expect(throws: TransformerError.self) {
                try Self.numbers(TensorView(slice: 0), rows: 2, range: 0..<3, tensor)
            }
        }
    }

    @Test func blocksAreNeverTurned() throws {
        let block = try #require(BlockType.all.first { $0.name == "Q8_0" })
        for view in [TensorView(isTransposed: true), TensorView(runLength: 1, runStride: 2)] {
            #expect(
                LinearLayer(
                    id: LayerPath("w"), role: .other, shape: MatrixShape(rows: 2, columns: 32),
                    source: WeightSource(tensor: "w", view: view), stored: .block(block), tiedNames: [])
                    == nil)
        }
    }

    /// Query, key and value of one tensor have sources and numbers of their own.
    @Test func layersOfOneTensorDiffer() throws {
        let model = try TransformerModel.open(ModelFixture.folder("gpt2"))
        let layers = ["q", "k", "v"].compactMap { model.layer(LayerPath("layers.0.attn.\($0)_proj")) }
        #expect(Set(layers.map(\.tensorName)).count == 1 && Set(layers.map(\.source)).count == 3)
        let rows = try layers.map { try model.source(of: $0.id).row(0) }
        #expect(Set(rows).count == 3)
        let tensor = try model.checkpoint.tensor(named: layers[0].tensorName)
        let stored = try tensor.floats()
        #expect(rows[1] == (0..<64).map { stored[$0 * 192 + 64] })
        #expect(model.otherTensors.allSatisfy { !$0.name.hasSuffix("c_attn.weight") })
    }
}
