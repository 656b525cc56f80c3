/// The members of a JSON object in the order of the text, each key once.
///
/// Keys are told apart by their UTF-8 bytes: Swift's `String`, and so a `Dictionary`, takes “é” and “e” + U+0301 for one
/// key, which a vocabulary holds as two. Finding a member takes the same time however many there are.
///
/// ```swift
/// let object: JSONObject = ["hidden_size": .integer(64)]
/// object["hidden_size"]?.integer                          // 64
/// ```
public struct JSONObject: Sendable {
    /// Keys and values, the first of the text first.
    public private(set) var members: [(key: String, value: JSONValue)] = []
    private var index = KeyIndex()

    /// An object without members.
    public init() {}

    /// The members of a dictionary, sorted by key.
    public init(_ members: [String: JSONValue]) {
        for (key, value) in members.sorted(by: { $0.key < $1.key }) { updateValue(value, forKey: key) }
    }

    /// How many members there are.
    public var count: Int { members.count }

    /// The value of a key; nil if it is absent.
    public subscript(key: String) -> JSONValue? {
        index.position(of: key, in: members).map { members[$0].value }
    }

    /// Sets the value of a key and returns the one that it had; nil if the key is new.
    @discardableResult
    public mutating func updateValue(_ value: JSONValue, forKey key: String) -> JSONValue? {
        if let position = index.position(of: key, in: members) {
            defer { members[position].value = value }
            return members[position].value
        }
        members.append((key, value))
        index.addLast(of: members)
        return nil
    }
}

extension JSONObject: Sequence, ExpressibleByDictionaryLiteral {
    /// The members, of which a key given twice has its last value.
    public init(dictionaryLiteral members: (String, JSONValue)...) {
        for (key, value) in members { updateValue(value, forKey: key) }
    }

    /// Goes through the members in order.
    public func makeIterator() -> IndexingIterator<[(key: String, value: JSONValue)]> {
        members.makeIterator()
    }
}

extension JSONObject: Equatable {
    /// Whether both have the same keys with equal values, in whatever order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.count == right.count && left.members.allSatisfy { right[$0.key] == $0.value }
    }
}

/// Where each key stands: a hash table with open addressing, made only once there are more keys than are soon compared.
private struct KeyIndex: Sendable {
    /// Up to here keys are compared one after the other.
    private static let longestCompared = 8
    /// Position of a member plus one; 0 where nothing is.
    ///
    /// The count is a power of two, at least twice the members'.
    private var slots: [UInt32] = []
    /// Hash of each key, so that growing hashes nothing anew and few keys are compared.
    private var hashes: [UInt32] = []

    func position(of key: String, in members: [(key: String, value: JSONValue)]) -> Int? {
        guard !slots.isEmpty else { return members.firstIndex { Self.isSame($0.key, key) } }
        let hash = Self.hash(key)
        var slot = Int(hash) & (slots.count - 1)
        while slots[slot] > 0 {
            let position = Int(slots[slot]) - 1
            if hashes[position] == hash, Self.isSame(members[position].key, key) { return position }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// Takes in the last of the members, whose key is new.
    mutating func addLast(of members: [(key: String, value: JSONValue)]) {
        guard members.count > Self.longestCompared else { return }
        for position in hashes.count..<members.count { hashes.append(Self.hash(members[position].key)) }
        if 2 * members.count > slots.count {
            slots = [UInt32](repeating: 0, count: max(32, 2 * slots.count))
            for position in members.indices { place(position) }
        } else {
            place(members.count - 1)
        }
    }

    private mutating func place(_ position: Int) {
        var slot = Int(hashes[position]) & (slots.count - 1)
        while slots[slot] > 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = UInt32(truncatingIfNeeded: position + 1)
    }

    private static func isSame(_ first: String, _ second: String) -> Bool {
        first.utf8.elementsEqual(second.utf8)
    }

    /// Seeded anew in every run, so that no file can be made whose keys fall together.
    private static func hash(_ key: String) -> UInt32 {
        var hasher = Hasher()
        var key = key
        key.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        return UInt32(truncatingIfNeeded: hasher.finalize())
    }
}
