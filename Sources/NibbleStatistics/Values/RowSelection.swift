import NibbleKernels

/// The rows that a figure looks at: all of them, or some spread evenly over the matrix, always the same ones.
struct RowSelection: Sendable {
    /// Rows of the whole matrix.
    let total: Int
    /// Rows looked at.
    let count: Int
    /// Whether the rows lie one after another in a matrix that is itself a sample.
    private let isCopied: Bool

    /// `sampleRows` of `total` rows; all of them if nil or not fewer than there are.
    init(total: Int, sampleRows: Int?) {
        self.total = total
        count = min(total, max(1, sampleRows ?? total))
        isCopied = false
    }

    /// The first `count` rows of a sample that stands for a matrix of `total` rows.
    init(copied count: Int, total: Int) {
        self.total = total
        self.count = count
        isCopied = true
    }

    /// Whether every row is looked at.
    var isWhole: Bool { count == total }

    /// The row at `position` of the selection: the middle of its share of the matrix.
    subscript(position: Int) -> Int {
        isWhole || isCopied ? position : (2 * position + 1) * total / (2 * count)
    }

    /// Calls `body` with each row, asks for cancellation every few rows and reports the share that is done.
    func forEach(
        cancellation: Cancellation, progress: (@Sendable (Double) -> Void)? = nil, _ body: (Int) -> Void
    ) throws(KernelError) {
        for position in 0..<count {
            if position % 16 == 0 {
                try cancellation.check()
                progress?(Double(position) / Double(count))
            }
            body(self[position])
        }
        progress?(1)
    }
}
