import NibbleKernels

// A matrix of 256 outputs and 512 inputs, row after row, and one input.
let shape = MatrixShape(rows: 256, columns: 512)
let values = (0..<shape.elementCount).map { _ in Float.random(in: -1...1) }
let input = (0..<shape.columns).map { _ in Float.random(in: -1...1) }
let weights = try FloatMatrix(shape: shape, values: values)

// Quantize: four bits, a scale for each 32 weights.
let encoding = StorageEncoding(format: "int4", granularity: .group(32))
let packed = try PackedMatrix.encode(weights, encoding: encoding)

// Multiply: y = W x, reading the packed bytes, with eight bits for the input.
let (output, report) = try packed.product(
    input.span, tokenCount: 1, arithmetic: Arithmetic(activation: "int8-token"))

// Measure: what the stored codes differ from the weights, and what they cost.
let differences = (0..<shape.rows).flatMap { zip(weights.row($0), packed.decode(row: $0)).map { $0 - $1 } }
let power = values.reduce(0) { $0 + $1 * $1 }
let error = differences.reduce(0) { $0 + $1 * $1 } / power
print("error \(error.squareRoot()), \(packed.layout.bitsPerWeight) bits per weight")
print("y[0] = \(output[0]), \(report.accumulatorOverflows.count) overflows")
