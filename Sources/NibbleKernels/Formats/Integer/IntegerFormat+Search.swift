import CNibbleKernels

extension IntegerFormat {
    /// The k of 100 … 1 whose range, the full one times k ÷ 100, has the least ``CodeGrid/searchError(of:rounding:)``;
    /// the widest wins a tie.
    func leastErrorStep(
        _ values: UnsafeBufferPointer<Float>, full: RangeSearch.Range, _ encoding: StorageEncoding
    ) -> Int {
        let end = max(-full.lower, full.upper)
        guard encoding.rounding == .halfToEven, end > 0x1p-40, end < 0x1p60 else {
            return plainLeastErrorStep(values, full: full, encoding)
        }
        var report = KernelReport()
        _ = values.largestFiniteMagnitude(in: values.indices, report: &report)
        guard report.nonFiniteValues.count == 0 else {
            let finite = values.map { $0.isFinite ? $0 : 0 }
            return finite.withUnsafeBufferPointer { fastLeastErrorStep($0, full: full, encoding) }
        }
        return fastLeastErrorStep(values, full: full, encoding)
    }

    private func fastLeastErrorStep(
        _ values: UnsafeBufferPointer<Float>, full: RangeSearch.Range, _ encoding: StorageEncoding
    ) -> Int {
        guard let start = values.baseAddress else { return 100 }
        let step = InnerLoops.best.pointee.least_error_step(
            start, values.count, full.lower, full.upper, rangeSearch(encoding))
        return Int(step)
    }

    /// How the innermost loops make grids of this format.
    func rangeSearch(_ encoding: StorageEncoding) -> nibble_range_search {
        nibble_range_search(
            highest: highestCode, is_symmetric: isSymmetric ? 1 : 0,
            has_half_scale: scaleByteCount(encoding) == 2 ? 1 : 0)
    }

    /// The plain twin: all hundred grids one after the other.
    func plainLeastErrorStep(
        _ values: UnsafeBufferPointer<Float>, full: RangeSearch.Range, _ encoding: StorageEncoding
    ) -> Int {
        var best = (step: 100, error: Double.infinity)
        for step in stride(from: 100, through: 1, by: -1) {
            let grid = grid(over: RangeSearch.candidate(step, of: full), encoding)
            let error = grid.searchError(of: values, rounding: encoding.rounding)
            if error < best.error { best = (step, error) }
        }
        return best.step
    }
}
