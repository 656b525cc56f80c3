extension Image {
    /// The image in another size, bit for bit as `Image.resize` of Pillow 13 makes it (its Resample.c and Geometry.c): along the
    /// rows and along the columns, each time rounded to a byte (Numerics §11).
    ///
    /// - Precondition: Width and height are at least 1.
    public func resized(width newWidth: Int, height newHeight: Int, filter: ResizeFilter) -> Image {
        precondition(newWidth > 0 && newHeight > 0, "an image has pixels")
        if newWidth == width, newHeight == height { return self }
        if filter == .nearest { return nearest(width: newWidth, height: newHeight) }
        let rows: (Image) -> Image = { image in
            newWidth == width ? image : image.resizedRows(ResizeWeights(filter, from: width, to: newWidth))
        }
        let columns: (Image) -> Image = { image in
            newHeight == height
                ? image : image.resizedColumns(ResizeWeights(filter, from: height, to: newHeight))
        }
        // What loses far more rows than columns loses the rows first (python-pillow/Pillow, pull request 9549); older versions
        // of Pillow always begin with the columns.
        let isTall = newHeight < height && height - newHeight > 2 * (width - newWidth)
        return isTall ? rows(columns(self)) : columns(rows(self))
    }

    /// Places are sums of one step, as Pillow's, so that they round alike.
    private func nearest(width newWidth: Int, height newHeight: Int) -> Image {
        func places(_ count: Int, _ newCount: Int) -> [Int] {
            let step = Double(count) / Double(newCount)
            var place = step * 0.5
            return (0..<newCount).map { _ in
                defer { place += step }
                return min(Int(place), count - 1)
            }
        }
        let (columns, rows) = (places(width, newWidth), places(height, newHeight))
        return rearranged(width: newWidth, height: newHeight) { (columns[$0], rows[$1]) }
    }

    private func resizedRows(_ weights: ResizeWeights) -> Image {
        let newWidth = weights.ranges.count
        let size = 3 * newWidth * height
        let result = [UInt8](unsafeUninitializedCapacity: size) { target, count in
            pixels.withUnsafeBufferPointer { source in
                for y in 0..<height {
                    for x in 0..<newWidth {
                        let range = weights.ranges[x]
                        Self.sum(
                            source, from: 3 * (y * width + range.lowerBound), step: 3, range.count,
                            weights.weights, from: x * weights.stride, into: target,
                            at: 3 * (y * newWidth + x))
                    }
                }
            }
            count = size
        }
        return Image(width: newWidth, height: height, pixels: result)
    }

    private func resizedColumns(_ weights: ResizeWeights) -> Image {
        let newHeight = weights.ranges.count
        let size = 3 * width * newHeight
        let result = [UInt8](unsafeUninitializedCapacity: size) { target, count in
            pixels.withUnsafeBufferPointer { source in
                for y in 0..<newHeight {
                    let range = weights.ranges[y]
                    for x in 0..<width {
                        Self.sum(
                            source, from: 3 * (range.lowerBound * width + x), step: 3 * width, range.count,
                            weights.weights, from: y * weights.stride, into: target, at: 3 * (y * width + x))
                    }
                }
            }
            count = size
        }
        return Image(width: width, height: newHeight, pixels: result)
    }

    /// The weighed sum of some pixels `step` bytes apart, rounded and clipped to a byte.
    @inline(__always)
    private static func sum(
        _ source: UnsafeBufferPointer<UInt8>, from start: Int, step: Int, _ count: Int,
        _ weights: [Int32], from firstWeight: Int, into target: UnsafeMutableBufferPointer<UInt8>,
        at place: Int
    ) {
        let half = Int32(1) << (ResizeWeights.fractionBits - 1)
        var (red, green, blue) = (half, half, half)
        var pixel = start
        for index in 0..<count {
            let weight = weights[firstWeight + index]
            red &+= weight &* Int32(source[pixel])
            green &+= weight &* Int32(source[pixel + 1])
            blue &+= weight &* Int32(source[pixel + 2])
            pixel += step
        }
        target[place] = UInt8(clamping: red >> ResizeWeights.fractionBits)
        target[place + 1] = UInt8(clamping: green >> ResizeWeights.fractionBits)
        target[place + 2] = UInt8(clamping: blue >> ResizeWeights.fractionBits)
    }
}
