import NibbleText

/// Classes by the names that people write.
enum ClassNames {
    /// A class by its name, else by its number.
    ///
    /// - Parameter place: Where the name stands, as the beginning of a sentence.
    /// - Throws: ``EvaluationError/data(_:)`` for a name that is none.
    static func number(
        of label: String, among labels: [String], at place: String
    ) throws(EvaluationError) -> Int {
        if let number = labels.firstIndex(of: label) { return number }
        if let number = labels.firstIndex(where: { $0.lowercased() == label.lowercased() }) { return number }
        if let number = Int(label), labels.indices.contains(number) { return number }
        let known = labels.prefix(12).map { $0.printable(limit: 40) }.joined(separator: ", ")
        let more = labels.count > 12 ? " and \(labels.count - 12) more" : ""
        throw .data(
            "\(place) has the label “\(label.printable(limit: 40))”, which the model does not know; it knows \(known)\(more)."
        )
    }
}
