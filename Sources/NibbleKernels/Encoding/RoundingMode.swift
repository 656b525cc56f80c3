/// How a real number of steps becomes a whole one (Numerics §5.2).
public enum RoundingMode: String, Hashable, Sendable, CaseIterable {
    /// To nearest, ties to the even code.
    case halfToEven = "half-even"
    /// To nearest, ties away from zero.
    case halfAwayFromZero = "half-away"
    /// To nearest, ties upward: ⌊v + ½⌋.
    case halfUp = "half-up"
    /// ⌊v⌋.
    case floor
    /// Toward zero.
    case truncate
    /// ⌈v⌉.
    case ceiling
}
