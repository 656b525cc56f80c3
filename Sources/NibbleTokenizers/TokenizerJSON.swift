import NibbleJSON

/// The JSON files of a tokenizer.
enum TokenizerJSON {
    /// The value that the bytes of `file` hold; the name is for errors.
    ///
    /// - Throws: ``TokenizerError/syntax(_:)`` with the place of the first fault.
    static func parse(_ bytes: [UInt8], file: String) throws(TokenizerError) -> JSONValue {
        do throws(JSONError) { return try JSONParser.parse(bytes, options: .python) } catch {
            throw .syntax("\(file) is not valid JSON: \(error).")
        }
    }
}
