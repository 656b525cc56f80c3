/// A pattern as a table of states that is filled in while names are read: each byte costs one look-up.
struct PatternStates {
    private let program: PatternProgram
    private let isSearch: Bool
    /// For each state and printable character the next state; 0 where it isn't known yet.
    private var next: [Int32] = []
    private var states: [State] = []
    private var byPlaces: [[Int32]: Int32] = [:]

    /// Places of the program that are reached at once.
    private struct State {
        let places: [Int32]
        /// Whether the pattern has matched, whatever follows.
        let hasMatched: Bool
        /// Whether it has matched if the name ends here.
        let matchesAtEnd: Bool
    }

    private static let width = CharacterBits.printable.count
    /// States after which the table is begun anew.
    private static let mostStates = 1000
    /// The state from which nothing can match any more.
    private static let dead: Int32 = 1
    /// The state before the first character.
    private static let initial: Int32 = 2

    /// - Parameter isSearch: whether the pattern may begin and end anywhere in a name.
    init(_ program: PatternProgram, isSearch: Bool) {
        self.program = program
        self.isSearch = isSearch
        reset()
    }

    private mutating func reset() {
        (next, states, byPlaces) = ([], [], [:])
        // 0 stands for what isn't known.
        append(State(places: [], hasMatched: false, matchesAtEnd: false))
        append(State(places: [], hasMatched: false, matchesAtEnd: false))
        byPlaces[[]] = Self.dead
        append(state(closure([Int32(program.first)], isStart: true, isEnd: false), isStart: true))
    }

    private mutating func append(_ state: State) {
        states.append(state)
        next += [Int32](repeating: 0, count: Self.width)
    }

    /// Whether a name matches; nil if it has other than printable ASCII characters.
    mutating func matches(_ name: UnsafeBufferPointer<UInt8>) -> Bool? {
        guard name.allSatisfy(CharacterBits.printable.contains) else { return nil }
        var state = Self.initial
        for byte in name {
            if isSearch, states[Int(state)].hasMatched { return true }
            let place = Int(state) * Self.width + Int(byte - CharacterBits.printable.lowerBound)
            let known = next[place]
            state = known != 0 ? known : advance(state, byte)
            if state == Self.dead { return false }
        }
        return states[Int(state)].matchesAtEnd
    }

    /// Finds the state behind a character and notes it.
    private mutating func advance(_ state: Int32, _ byte: UInt8) -> Int32 {
        var reached: [Int32] = []
        for place in states[Int(state)].places {
            guard case .characters(let characters, let next) = program.steps[Int(place)],
                characters.contains(byte)
            else { continue }
            reached.append(Int32(next))
        }
        // A search begins anew at every character.
        if isSearch { reached.append(Int32(program.first)) }
        let places = closure(reached, isStart: false, isEnd: false)
        let target = byPlaces[places] ?? add(places)
        if states.count <= Self.mostStates {
            next[Int(state) * Self.width + Int(byte - CharacterBits.printable.lowerBound)] = target
            return target
        }
        reset()
        return byPlaces[places] ?? add(places)
    }

    private mutating func add(_ places: [Int32]) -> Int32 {
        append(state(places, isStart: false))
        byPlaces[places] = Int32(states.count - 1)
        return Int32(states.count - 1)
    }

    private func state(_ places: [Int32], isStart: Bool) -> State {
        State(
            places: places, hasMatched: places.contains(0),
            matchesAtEnd: closure(places, isStart: isStart, isEnd: true).contains(0))
    }

    /// All places that are reached from some without a character, in ascending order; 0 is acceptance.
    private func closure(_ places: [Int32], isStart: Bool, isEnd: Bool) -> [Int32] {
        var reached = Set(places)
        var open = places
        while let place = open.popLast() {
            var following: [Int] = []
            switch program.steps[Int(place)] {
            case .split(let one, let other): following = [one, other]
            case .start(let next): if isStart { following = [next] }
            case .end(let next): if isEnd { following = [next] }
            case .characters, .accept: break
            }
            for place in following where reached.insert(Int32(place)).inserted { open.append(Int32(place)) }
        }
        return reached.sorted()
    }
}
