import NibbleKernels

/// Sums over some weights and what became of them, from which an ``EncodingError`` is made.
struct ErrorSums {
    /// Weights beyond one end of the grid.
    struct Clips {
        var count = 0
        var worstExcess = 0.0
        var lost = 0.0

        mutating func add(_ excess: Double, times: Int) {
            count += times
            worstExcess = max(worstExcess, excess)
            lost += excess * Double(times)
        }

        mutating func add(_ other: Clips) {
            count += other.count
            worstExcess = max(worstExcess, other.worstExcess)
            lost += other.lost
        }
    }

    var errorPower = 0.0
    var signalPower = 0.0
    var magnitude = 0.0
    var maximumError = 0.0
    var low = Clips()
    var high = Clips()
    var nonFinite = 0
    var stepSum = 0.0
    var steppedCount = 0
    var smallestStep = Double.infinity
    var largestStep = 0.0

    /// Adds the sums of other weights.
    mutating func add(_ other: ErrorSums) {
        errorPower += other.errorPower
        signalPower += other.signalPower
        magnitude += other.magnitude
        maximumError = max(maximumError, other.maximumError)
        low.add(other.low)
        high.add(other.high)
        nonFinite += other.nonFinite
        stepSum += other.stepSum
        steppedCount += other.steppedCount
        smallestStep = min(smallestStep, other.smallestStep)
        largestStep = max(largestStep, other.largestStep)
    }

    /// Notes the step of a grid that `count` weights share.
    mutating func note(_ grid: CodeGrid, count: Int) {
        let step = Double(grid.scale.magnitude)
        stepSum += step * Double(count)
        steppedCount += count
        smallestStep = min(smallestStep, step)
        largestStep = max(largestStep, step)
    }

    /// Adds weights that share a grid, with their codes, and counts the codes.
    mutating func add(
        _ weights: UnsafeBufferPointer<Float>, codes: UnsafeBufferPointer<Int32>, grid: CodeGrid,
        codeCounts: UnsafeMutableBufferPointer<Int>
    ) {
        note(grid, count: weights.count)
        let (scale, zeroPoint) = (grid.scale, grid.zeroPoint)
        let (lowest, highest) = (grid.lowestCode, grid.highestCode)
        var (error, signal, magnitude, largest) = (0.0, 0.0, 0.0, 0.0)
        for index in weights.indices {
            let (weight, code) = (weights[index], codes[index])
            let slot = Int(code) - Int(lowest)
            if slot >= 0, slot < codeCounts.count { codeCounts[slot] &+= 1 }
            guard weight.magnitude < .infinity else {
                nonFinite += 1
                continue
            }
            let value = Double(weight)
            let distance = value - Double(scale * Float(code &- zeroPoint))
            error += distance * distance
            signal += value * value
            magnitude += value.magnitude
            largest = max(largest, distance.magnitude)
            if code == lowest || code == highest { note(distance, code: code, grid: grid) }
        }
        errorPower += error
        signalPower += signal
        self.magnitude += magnitude
        maximumError = max(maximumError, largest)
    }

    /// Counts a weight at an end of its grid if it lies more than half a step outside.
    ///
    /// With a negative scale (GGUF Q4_0) the lowest code is the grid's highest value.
    private mutating func note(_ distance: Double, code: Int32, grid: CodeGrid, times: Int = 1) {
        guard distance.magnitude > Double(grid.scale.magnitude) / 2, grid.scale != 0 else { return }
        let isAtLowEnd = (code == grid.lowestCode) == (grid.scale > 0)
        if isAtLowEnd, distance < 0 {
            low.add(-distance, times: times)
        } else if !isAtLowEnd, distance > 0 {
            high.add(distance, times: times)
        }
    }

    /// Adds `times` equal weights.
    mutating func add(_ weight: Float, code: Int32, grid: CodeGrid, times: Int) {
        guard weight.magnitude < .infinity else {
            nonFinite += times
            return
        }
        let (value, count) = (Double(weight), Double(times))
        let distance = value - Double(grid.value(of: code))
        errorPower += distance * distance * count
        signalPower += value * value * count
        magnitude += value.magnitude * count
        maximumError = max(maximumError, distance.magnitude)
        if code == grid.lowestCode || code == grid.highestCode {
            note(distance, code: code, grid: grid, times: times)
        }
    }

    /// Adds weights of a format without a grid, with what they decode to.
    mutating func add(_ weights: UnsafeBufferPointer<Float>, decoded: UnsafeBufferPointer<Float>) {
        for (weight, stored) in zip(weights, decoded) {
            guard weight.magnitude < .infinity else {
                nonFinite += 1
                continue
            }
            let value = Double(weight)
            let distance = value - Double(stored)
            errorPower += distance * distance
            signalPower += value * value
            magnitude += value.magnitude
            maximumError = max(maximumError, distance.magnitude)
            if !stored.isFinite {
                if weight < 0 {
                    low.add(distance.magnitude, times: 1)
                } else {
                    high.add(distance.magnitude, times: 1)
                }
            }
        }
    }
}
