/// A program as a table of states that is filled in while names are read: each character costs one look-up.
///
/// All places that a program may be at are followed at once, so that a name costs at most steps × characters whatever the
/// pattern, and sets of places that were met before aren't worked out again (Thompson 1968; Cox 2007, "Regular Expression
/// Matching Can Be Simple And Fast").
struct PatternStates {
    private let program: PatternProgram
    private let isSearch: Bool
    /// Places that were reached by a character; 0 is the empty set, from which nothing can match any more.
    private var kernels: [[Int32]] = []
    private var kernelNumbers: [[Int32]: Int32] = [:]
    /// For each kernel the state that it opens into where no condition holds; -1 where it isn't known yet.
    private var openedPlainly: [Int32] = []
    /// For each kernel the states that it opens into, by the conditions that hold.
    private var opened: [[(conditions: UInt64, state: Int32)]] = []
    /// For each state and ASCII character the next kernel; -1 where it isn't known yet.
    private var next: [Int32] = []
    private var states: [State] = []

    /// All places that are reached at once at one place of a name.
    private struct State {
        let places: [Int32]
        let isAccepting: Bool
    }

    private static let width = 128
    /// States or kernels after which the table is begun anew.
    private static let most = 1000

    /// - Parameter isSearch: whether the pattern may begin at any character.
    init(_ program: PatternProgram, isSearch: Bool) {
        self.program = program
        self.isSearch = isSearch
        reset()
    }

    private mutating func reset() {
        (kernels, kernelNumbers, next, states) = ([], [:], [], [])
        (openedPlainly, opened) = ([], [])
        _ = kernel([])
    }

    /// Reads a name and tells for each place, in the order of reading, whether the pattern has matched there.
    ///
    /// - Parameter visit: whether to read on.
    mutating func read(_ text: PatternText, isBackwards: Bool, _ visit: (Int, Bool) -> Bool) {
        let count = text.scalars.count
        let hasConditions = program.conditions != 0
        var kernel = self.kernel([Int32(program.first)])
        for offset in 0...count {
            let place = isBackwards ? count - offset : offset
            let state = state(
                of: kernel, where: hasConditions ? text.conditions[place] & program.conditions : 0)
            guard visit(place, states[Int(state)].isAccepting), offset < count else { return }
            let scalar = text.scalars[isBackwards ? place - 1 : place]
            let known = scalar < Self.width ? next[Int(state) * Self.width + Int(scalar)] : -1
            kernel = known >= 0 ? known : advance(state, scalar)
            if kernel == 0 { return }
        }
    }

    /// Finds the kernel behind a character and notes it.
    private mutating func advance(_ state: Int32, _ scalar: UInt32) -> Int32 {
        var reached: Set<Int32> = []
        for place in states[Int(state)].places {
            guard case .characters(let test, let next) = program.steps[Int(place)], test.contains(scalar)
            else { continue }
            reached.insert(Int32(next))
        }
        // A search begins anew at every character.
        if isSearch { reached.insert(Int32(program.first)) }
        let target = kernel(reached.sorted())
        if scalar < Self.width { next[Int(state) * Self.width + Int(scalar)] = target }
        return target
    }

    private mutating func kernel(_ places: [Int32]) -> Int32 {
        if let known = kernelNumbers[places] { return known }
        kernels.append(places)
        openedPlainly.append(-1)
        opened.append([])
        kernelNumbers[places] = Int32(kernels.count - 1)
        return Int32(kernels.count - 1)
    }

    /// The state that a kernel opens into where some conditions hold.
    private mutating func state(of kernel: Int32, where conditions: UInt64) -> Int32 {
        if conditions == 0, openedPlainly[Int(kernel)] >= 0 { return openedPlainly[Int(kernel)] }
        for known in opened[Int(kernel)] where known.conditions == conditions { return known.state }
        var kernel = kernel
        if states.count >= Self.most || kernels.count >= Self.most {
            let places = kernels[Int(kernel)]
            reset()
            kernel = self.kernel(places)
        }
        states.append(closure(kernels[Int(kernel)], conditions))
        next += repeatElement(-1, count: Self.width)
        if conditions == 0 {
            openedPlainly[Int(kernel)] = Int32(states.count - 1)
        } else {
            opened[Int(kernel)].append((conditions, Int32(states.count - 1)))
        }
        return Int32(states.count - 1)
    }

    /// All places that are reached from some without a character; of these, the ones that wait for a character are kept.
    private func closure(_ places: [Int32], _ conditions: UInt64) -> State {
        var isReached = [Bool](repeating: false, count: program.steps.count)
        var open = places
        for place in places { isReached[Int(place)] = true }
        var waiting: [Int32] = []
        func reach(_ place: Int) {
            guard !isReached[place] else { return }
            isReached[place] = true
            open.append(Int32(place))
        }
        while let place = open.popLast() {
            switch program.steps[Int(place)] {
            case .split(let one, let other):
                reach(one)
                reach(other)
            case .condition(let number, let next):
                if conditions >> UInt64(number) & 1 == 1 { reach(next) }
            case .characters: waiting.append(place)
            case .accept: break
            }
        }
        return State(places: waiting, isAccepting: isReached[0])
    }
}
