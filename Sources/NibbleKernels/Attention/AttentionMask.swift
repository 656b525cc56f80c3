/// Which key positions a query sees: for each position of a query a range of positions.
///
/// A mask is a function, so that an architecture can bring its own:
///
///     let everySecond = AttentionMask { position in 0..<position / 2 * 2 }
public struct AttentionMask: Sendable {
    private let seen: @Sendable (Int) -> Range<Int>

    /// A mask by its function: the positions from 0 on that a query at a position sees.
    ///
    /// A query that sees none has a result of zeros.
    public init(_ seen: @escaping @Sendable (Int) -> Range<Int>) { self.seen = seen }

    /// The positions that a query at `position` sees; all lie at 0 or after.
    public func visible(from position: Int) -> Range<Int> { seen(position).clamped(to: 0..<Int.max) }

    /// All positions up to the query's own.
    public static let causal = AttentionMask { 0..<$0 + 1 }

    /// The last `width` positions up to the query's own (Beltagy and others 2020; Mistral, Gemma).
    public static func slidingWindow(_ width: Int) -> AttentionMask {
        AttentionMask { max(0, $0 + 1 - max(width, 0))..<$0 + 1 }
    }

    /// The positions of the query's own chunk of `length` up to itself (Llama 4).
    public static func chunks(of length: Int) -> AttentionMask {
        let length = max(length, 1)
        return AttentionMask { $0 / length * length..<$0 + 1 }
    }

    /// All of `count` positions, before and after the query, or of another sequence (encoders,
    /// cross-attention).
    public static func bidirectional(_ count: Int) -> AttentionMask {
        AttentionMask { _ in 0..<max(count, 0) }
    }

    /// Those of `count` positions that are at most `distance` before or after the query (ModernBERT's local
    /// layers).
    public static func bidirectional(_ count: Int, within distance: Int) -> AttentionMask {
        AttentionMask { position in
            let lower = max(0, position - distance)
            return lower..<max(lower, min(count, position + distance + 1))
        }
    }

    /// The first `count` positions for every query, and all up to the query's own after them (prefix language
    /// models).
    public static func prefix(_ count: Int) -> AttentionMask { AttentionMask { 0..<max(count, $0 + 1) } }
}
