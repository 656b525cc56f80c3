import CNibble
import NibbleKernels

/// What a `nibble_matrix` points to.
///
/// In the C interface a matrix knows how it is multiplied.
final class MatrixHandle: Sendable {
    let layer: LayerOperator

    init(_ layer: LayerOperator) { self.layer = layer }

    /// The matrix and its arithmetic that a caller's pointer leads to.
    static func layer(_ pointer: OpaquePointer?) throws(CallError) -> LayerOperator {
        let pointer = try Arguments.pointer(pointer, "matrix")
        return Unmanaged<MatrixHandle>.fromOpaque(UnsafeRawPointer(pointer)).takeUnretainedValue().layer
    }

    /// The matrix that a caller's pointer leads to.
    static func matrix(_ pointer: OpaquePointer?) throws(CallError) -> PackedMatrix {
        try layer(pointer).weights
    }
}

/// What a `nibble_pool` points to.
final class PoolHandle: Sendable {
    let pool: WorkPool

    init(_ pool: WorkPool) { self.pool = pool }

    /// The pool that a caller's pointer leads to; the shared one for NULL.
    static func pool(_ pointer: OpaquePointer?) -> WorkPool {
        guard let pointer else { return .shared }
        return Unmanaged<PoolHandle>.fromOpaque(UnsafeRawPointer(pointer)).takeUnretainedValue().pool
    }
}

/// A pointer for the caller that keeps `handle` alive until it is released.
func retained(_ handle: some AnyObject) -> OpaquePointer {
    OpaquePointer(Unmanaged.passRetained(handle).toOpaque())
}

/// See `nibble_pool_create` in nibble.h.
@_cdecl("nibble_pool_create")
public func poolCreate(
    _ threadCount: UInt, _ pool: UnsafeMutablePointer<OpaquePointer?>?,
    _ message: UnsafeMutablePointer<CChar>?, _ messageCapacity: UInt
) -> Int32 {
    Message(message, messageCapacity).status { () throws(CallError) in
        let place = try Arguments.pointer(pool, "pool")
        let count = try Arguments.count(threadCount, "thread_count")
        let pool = try library { () throws(KernelError) in try WorkPool(checkedThreadCount: count) }
        place.pointee = retained(PoolHandle(pool))
    }
}

/// See `nibble_pool_free` in nibble.h.
@_cdecl("nibble_pool_free")
public func poolFree(_ pool: OpaquePointer?) {
    guard let pool else { return }
    Unmanaged<PoolHandle>.fromOpaque(UnsafeRawPointer(pool)).release()
}

/// See `nibble_matrix_free` in nibble.h.
@_cdecl("nibble_matrix_free")
public func matrixFree(_ matrix: OpaquePointer?) {
    guard let matrix else { return }
    Unmanaged<MatrixHandle>.fromOpaque(UnsafeRawPointer(matrix)).release()
}
