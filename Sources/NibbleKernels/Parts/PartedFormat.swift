/// A format whose packed rows can be taken apart into their numbers and put together again, byte for byte.
///
/// Nothing is rounded in either direction, so that quantized checkpoints, calibrated codes and trained codes
/// are written through it: ``PackedMatrix/assembling(shape:encoding:parameters:parts:)`` makes a matrix,
/// ``PackedMatrix/parts(row:)`` is the way back. All formats of ``FormatCatalogue`` are parted.
public protocol PartedFormat: NumericFormat {
    /// The parts of a row that is packed with `context`; only its layout and encoding decide.
    func partsLayout(_ context: RowContext) -> RowPartsLayout

    /// Takes a packed row apart; `parts` has as many numbers of each kind as ``partsLayout(_:)`` says.
    func split(row bytes: UnsafeRawBufferPointer, context: RowContext, into parts: inout RowParts)

    /// Puts a packed row together; `bytes` is zeroed before, and `parts` has what ``partsLayout(_:)`` says.
    func join(_ parts: RowParts, context: RowContext, into bytes: UnsafeMutableRawBufferPointer)

    /// Checks what the whole tensor shares.
    ///
    /// - Throws: ``KernelError/unsupported(_:)`` for parameters that the format has no place for or cannot
    ///   use.
    func check(_ parameters: TensorParameters, layout: PackedLayout, encoding: StorageEncoding)
        throws(KernelError)
}

extension PartedFormat {
    /// Rows carry all there is.
    public func check(
        _ parameters: TensorParameters, layout: PackedLayout, encoding: StorageEncoding
    ) throws(KernelError) { try check(parameters, only: []) }

    /// Checks that nothing but some parameters is set, and that they are numbers.
    func check(
        _ parameters: TensorParameters, only used: [WritableKeyPath<TensorParameters, Float>]
    ) throws(KernelError) {
        var rest = parameters
        for place in used {
            guard !parameters[keyPath: place].isNaN else {
                throw .unsupported("What a tensor of \(name) shares must be numbers, not NaN.")
            }
            rest[keyPath: place] = TensorParameters()[keyPath: place]
        }
        try checkUnused(rest)
    }

    /// Checks that parameters without a meaning in this format are as ``TensorParameters/init()`` has them.
    func checkUnused(_ rest: TensorParameters) throws(KernelError) {
        guard rest != TensorParameters() else { return }
        throw .unsupported(
            "A tensor of \(name) with this granularity shares something else: leave the parameters that it has no use "
                + "for as TensorParameters() sets them.")
    }
}
