/// Finds one element of a sorted order without sorting (Hoare's quickselect, 1961).
enum Selection {
    /// The element that would stand at `index`; afterwards those before it are no larger, those behind no smaller.
    static func element(at index: Int, of values: UnsafeMutableBufferPointer<Float>) -> Float {
        var lower = 0
        var upper = values.count - 1
        while lower < upper {
            let (left, right) = partition(values, lower, upper)
            if index <= right {
                upper = right
            } else if index >= left {
                lower = left
            } else {
                break
            }
        }
        return values[index]
    }

    /// Moves what is below a pivot to the left and what is above it to the right.
    private static func partition(
        _ values: UnsafeMutableBufferPointer<Float>, _ lower: Int, _ upper: Int
    ) -> (left: Int, right: Int) {
        let pivot = medianOfThree(values[lower], values[(lower + upper) / 2], values[upper])
        var left = lower
        var right = upper
        while left <= right {
            while values[left] < pivot { left += 1 }
            while values[right] > pivot { right -= 1 }
            guard left <= right else { break }
            values.swapAt(left, right)
            left += 1
            right -= 1
        }
        return (left, right)
    }

    private static func medianOfThree(_ a: Float, _ b: Float, _ c: Float) -> Float {
        max(min(a, b), min(max(a, b), c))
    }
}
