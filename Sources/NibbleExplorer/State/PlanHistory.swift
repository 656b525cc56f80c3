import NibbleQuantization

/// The plan being edited, with what was before and after it, and what was last saved.
struct PlanHistory: Sendable {
    /// The plan as it stands.
    private(set) var current: Plan
    /// The plan as it was last loaded or saved; the header marks a plan that differs from it.
    private(set) var saved: Plan
    private var past: [Plan] = []
    private var future: [Plan] = []

    /// Steps that can be undone; older ones are forgotten.
    static let depth = 500

    /// Starts with a saved plan.
    init(saved: Plan) {
        current = saved
        self.saved = saved
    }

    /// Whether the plan differs from what was saved.
    var isModified: Bool { current != saved }

    /// Makes `plan` the current one; an equal plan changes nothing.
    mutating func edit(_ plan: Plan) {
        guard plan != current else { return }
        past.append(current)
        if past.count > Self.depth { past.removeFirst() }
        future = []
        current = plan
    }

    /// Goes one step back; false when there is none.
    mutating func undo() -> Bool {
        guard let previous = past.popLast() else { return false }
        future.append(current)
        current = previous
        return true
    }

    /// Goes one step forward again; false when there is none.
    mutating func redo() -> Bool {
        guard let next = future.popLast() else { return false }
        past.append(current)
        current = next
        return true
    }

    /// Remembers `plan` as saved; the current plan may have been edited meanwhile.
    mutating func markSaved(_ plan: Plan) { saved = plan }
}
