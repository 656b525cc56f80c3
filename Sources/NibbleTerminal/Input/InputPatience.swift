/// How long the decoder waits for the rest of what has begun.
///
/// A paste or a reply whose end is lost must not make the program deaf, and one that comes slowly must not be torn:
/// each byte buys a little more time, at the rate of a slow line (1,200 baud). Keys come more slowly than that, so
/// whoever hammers on them can't prolong the wait for ever.
struct InputPatience {
    /// How long a lone Escape waits.
    let escapeDelay: Duration
    private var kind: InputDecoder.Waiting?
    private var end: ContinuousClock.Instant?

    /// The time that a byte adds.
    static let perByte = Duration.milliseconds(9)

    init(environment: [String: String]) { escapeDelay = Self.escapeDelay(environment) }

    /// ESCDELAY in milliseconds, as ncurses reads it, between 1 ms and 5 s; 50 ms without it.
    static func escapeDelay(_ environment: [String: String]) -> Duration {
        guard let text = environment["ESCDELAY"], let number = Int(text), number >= 0 else {
            return .milliseconds(50)
        }
        return .milliseconds(min(max(number, 1), 5000))
    }

    /// The longest pause within something of a kind.
    private func limit(of kind: InputDecoder.Waiting) -> Duration {
        switch kind {
        case .escape: escapeDelay
        case .sequence, .reply: max(escapeDelay, .milliseconds(500))
        case .paste: .seconds(2)
        }
    }

    /// Notes what is waited for after so many bytes have come; true when the patience with it is at its end.
    mutating func isOver(
        waitingFor kind: InputDecoder.Waiting?, bytes: Int, now: ContinuousClock.Instant = .now
    ) -> Bool {
        guard let kind else {
            (self.kind, end) = (nil, nil)
            return false
        }
        let limit = limit(of: kind)
        if kind == self.kind, let end, kind != .escape || bytes == 0 {
            self.end = min(now + limit, end + Self.perByte * bytes)
        } else {
            end = now + limit
        }
        self.kind = kind
        return end.map { $0 <= now } ?? false
    }

    /// Milliseconds until the patience ends, or nil when nothing is waited for.
    func milliseconds(now: ContinuousClock.Instant = .now) -> Int? {
        end.map { max(0, Int((($0 - now) / .milliseconds(1)).rounded(.up))) }
    }
}
