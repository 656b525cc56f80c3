import NibbleText

/// What is wrong with a GGUF file.
public enum GGUFProblem: Error, Equatable, Sendable {
    /// The file ends inside `what`.
    case cutShort(what: String, offset: Int)
    /// The first four bytes aren't `GGUF`.
    case notGGUF
    /// Another version of the format.
    case version(UInt32)
    /// The numbers are written with the highest byte first.
    case bigEndian
    /// More of something than the rest of the file could hold.
    case count(what: String, count: UInt64, available: Int)
    /// A text that is not UTF-8.
    case text(what: String, offset: Int)
    /// A value of a type that the format doesn't have.
    case unknownValueType(key: String, type: UInt32)
    /// A truth value that is neither 0 nor 1.
    case truthValue(key: String, value: UInt8)
    /// Lists of lists of lists, deeper than any use.
    case nestedTooDeep(key: String)
    /// Lists with more values in all than any vocabulary needs.
    case listsTooLong(key: String, limit: Int)
    /// A key that stands twice.
    case duplicateKey(String)
    /// `general.alignment` is no power of two.
    case alignment(String)
    /// Two tensors have one name.
    case duplicateTensor(String)
    /// More dimensions than the format allows.
    case dimensions(tensor: String, count: UInt32)
    /// Shape and type give more bytes than 63 bits can count.
    case shapeOverflow(tensor: String, shape: [UInt64])
    /// Rows that aren't whole blocks of the type.
    case partialBlock(tensor: String, rowLength: Int, type: String, block: Int)
    /// A tensor doesn't begin where the one before it, padded, ends.
    case offset(tensor: String, found: UInt64, expected: Int)
    /// A tensor that reaches beyond the file's end.
    case beyondFile(tensor: String, end: Int, fileCount: Int)

    func sentence(_ file: String) -> String {
        switch self {
        case .cutShort(let what, let offset):
            "\(file) is cut short: it ends inside \(what) at byte \(offset). Download it again."
        case .notGGUF: "\(file) does not begin with “GGUF”. It is damaged or another kind of file."
        case .version(1):
            "\(file) is GGUF version 1 (August 2023); nibble reads versions 2 and 3. Convert the model again with a newer "
                + "llama.cpp."
        case .version(let version):
            "\(file) is GGUF version \(version), newer than the versions 2 and 3 that nibble reads. Look for a newer nibble, "
                + "or convert the model to version 3."
        case .bigEndian:
            "\(file) is a big-endian GGUF file, which nibble does not read. Convert it again on this machine."
        case .count(let what, let count, let available):
            "\(file) promises \(count) \(what), more than the \(available) bytes that follow can hold. It is damaged "
                + "or cut short; download it again."
        default: valueSentence(file)
        }
    }

    private func valueSentence(_ file: String) -> String {
        switch self {
        case .text(let what, let offset):
            "\(file): \(what) at byte \(offset) is not valid UTF-8. The file is damaged."
        case .unknownValueType(let key, let type):
            "\(file): the value of \(quoted(key)) has the type \(type), which GGUF does not have. It is damaged."
        case .truthValue(let key, let value):
            "\(file): the truth value of \(quoted(key)) is \(value) in place of 0 or 1. The file is damaged."
        case .nestedTooDeep(let key): "\(file): the lists in \(quoted(key)) are nested too deep."
        case .listsTooLong(let key, let limit):
            "\(file): with \(quoted(key)) the metadata has more than \(limit) values. It is no model’s."
        case .duplicateKey(let key): "\(file) has the key \(quoted(key)) twice. Convert the model again."
        case .alignment(let value):
            "\(file): general.alignment is \(value.printable); it must be a power of two of at least 8."
        default: tensorSentence(file)
        }
    }

    private func tensorSentence(_ file: String) -> String {
        switch self {
        case .duplicateTensor(let tensor):
            "\(file) lists the tensor \(quoted(tensor)) twice. Convert the model again."
        case .dimensions(let tensor, let count):
            "\(file): tensor \(quoted(tensor)) has \(count) dimensions; GGUF allows 4. The file is damaged."
        case .shapeOverflow(let tensor, let shape):
            "\(file): tensor \(quoted(tensor)) has the impossible shape \(shape). The file is damaged."
        case .partialBlock(let tensor, let rowLength, let type, let block):
            "\(file): rows of \(rowLength) elements in \(quoted(tensor)) are no whole blocks of \(block), as \(type) "
                + "needs them. The file is damaged."
        case .offset(let tensor, let found, let expected):
            "\(file): tensor \(quoted(tensor)) begins at \(found) of the data, and should at \(expected). Tensors "
                + "overlap or leave a hole; the file is damaged."
        case .beyondFile(let tensor, let end, let fileCount):
            end == .max
                ? "\(file): tensor \(quoted(tensor)) has an impossible size. The file is damaged."
                : "\(file) is cut short: \(missingBytes(end - fileCount)) missing at its end (tensor \(quoted(tensor)) ends at "
                    + "byte \(end), the file at byte \(fileCount)). Download it again."
        default: "\(file) is damaged."
        }
    }

    private func quoted(_ name: String) -> String { "“\(name.printable(limit: 200))”" }
}
