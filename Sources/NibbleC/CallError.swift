import CNibble
import NibbleKernels

/// Why a call fails: the status that it returns and the sentence that it writes.
struct CallError: Error {
    let status: nibble_status
    let sentence: String

    /// A wrong argument.
    init(argument sentence: String) {
        status = NIBBLE_BAD_ARGUMENT
        self.sentence = sentence
    }

    /// The library's own refusal.
    init(_ error: KernelError) {
        sentence = error.description
        status =
            switch error {
            case .shapeMismatch: NIBBLE_BAD_ARGUMENT
            case .unknownName: NIBBLE_UNKNOWN_NAME
            case .unsupported, .cancelled: NIBBLE_UNSUPPORTED
            case .outOfMemory: NIBBLE_OUT_OF_MEMORY
            }
    }
}

/// A buffer of the caller for a sentence.
struct Message {
    let start: UnsafeMutablePointer<CChar>?
    let capacity: Int

    init(_ start: UnsafeMutablePointer<CChar>?, _ capacity: UInt) {
        self.start = start
        self.capacity = Int(clamping: capacity)
    }

    /// Writes what fits of a sentence, whole characters, and a zero byte.
    func write(_ sentence: String) {
        guard let start, capacity > 0 else { return }
        var length = 0
        for scalar in sentence.unicodeScalars where scalar != "\0" {
            let bytes = UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
            guard length + bytes.count < capacity else { break }
            for byte in bytes {
                start[length] = CChar(bitPattern: byte)
                length += 1
            }
        }
        start[length] = 0
    }

    /// Runs a call and turns its failure into a status and a sentence.
    func status(of call: () throws(CallError) -> Void) -> nibble_status {
        do throws(CallError) {
            try call()
            return NIBBLE_OK
        } catch {
            write(error.sentence)
            return error.status
        }
    }
}

/// Runs a part of the library, whose refusals become those of the call.
func library<Result>(_ body: () throws(KernelError) -> Result) throws(CallError) -> Result {
    do { return try body() } catch { throw CallError(error) }
}
