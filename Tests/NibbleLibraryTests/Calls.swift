import CNibble

/// A call's status and the sentence that it wrote.
struct Answer: Equatable {
    let status: nibble_status
    let sentence: String

    /// Runs a call with a buffer for its sentence.
    init(capacity: Int = 400, _ call: (UnsafeMutablePointer<CChar>?, Int) -> nibble_status) {
        var buffer = [CChar](repeating: 0, count: capacity)
        var status: nibble_status = -1
        buffer.withUnsafeMutableBufferPointer { status = call($0.baseAddress, $0.count) }
        self.status = status
        sentence = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

/// A setting whose texts live as long as it is used.
func withSetting<Result>(
    _ format: String, activation: String? = nil, scaleRule: String? = nil,
    _ change: (inout nibble_setting) -> Void = { _ in }, _ body: (UnsafePointer<nibble_setting>) -> Result
) -> Result {
    func withText(_ text: String?, _ body: (UnsafePointer<CChar>?) -> Result) -> Result {
        guard let text else { return body(nil) }
        return text.withCString { body($0) }
    }
    return withText(format) { format in
        withText(activation) { activation in
            withText(scaleRule) { rule in
                var setting = nibble_setting()
                setting.size = MemoryLayout<nibble_setting>.size
                (setting.format, setting.activation, setting.scale_rule) = (format, activation, rule)
                change(&setting)
                return body(&setting)
            }
        }
    }
}

/// A matrix of C that is freed with this object.
final class Matrix {
    let pointer: OpaquePointer

    init?(_ format: String, rows: Int, columns: Int, activation: String? = nil, _ values: [Float]) {
        var made: OpaquePointer?
        let answer = Answer { message, capacity in
            withSetting(format, activation: activation) {
                nibble_matrix_encode($0, values, rows, columns, nil, nil, &made, message, capacity)
            }
        }
        guard answer.status == NIBBLE_OK, let made else { return nil }
        pointer = made
    }

    deinit { nibble_matrix_free(pointer) }
}
