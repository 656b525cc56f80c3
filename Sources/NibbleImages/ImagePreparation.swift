/// How an image becomes the numbers that a vision model reads, as `preprocessor_config.json` says: another size, a part from the
/// middle, a factor, and mean and deviation of each channel (Numerics §11).
///
///     let read = try ImagePreparation.read(folder: folder, modelType: "vit")
///     let numbers = try read?.preparation.prepare(image)
///
/// The numbers are those of transformers' image processors that work with Pillow (image_processing_backends.py, `PilBackend`).
public struct ImagePreparation: Hashable, Sendable {
    /// What size an image gets.
    public enum Target: Hashable, Sendable {
        /// This one, whatever its shape.
        case exact(ImageSize)
        /// The shorter edge this long, the longer one at most so long; the shape stays.
        case shortestEdge(Int, longest: Int?)
        /// As large as fits; the shape stays.
        case within(ImageSize)
    }

    /// The new size; nil to keep the image's.
    public var target: Target?
    /// How it gets there.
    public var filter: ResizeFilter
    /// The part from the middle, with black around a smaller image; nil for all of it.
    public var crop: ImageSize?
    /// The factor of each byte; nil for none.
    public var factor: Double?
    /// What is subtracted from each channel and what it is divided by then; nil for neither.
    public var normalization: Normalization?

    /// The mean and the deviation of each channel.
    public struct Normalization: Hashable, Sendable {
        /// Of red, green and blue.
        public var mean, deviation: [Float]

        /// Three numbers each.
        public init(mean: [Float], deviation: [Float]) {
            self.mean = mean
            self.deviation = deviation
        }
    }

    /// A preparation.
    public init(
        target: Target?, filter: ResizeFilter, crop: ImageSize? = nil, factor: Double? = 1 / 255,
        normalization: Normalization?
    ) {
        self.target = target
        self.filter = filter
        self.crop = crop
        self.factor = factor
        self.normalization = normalization
    }

    /// What is done where a model has no such file: its own size, and numbers from −1 to 1, as of the first vision transformers.
    public static func usual(_ size: ImageSize) -> ImagePreparation {
        ImagePreparation(
            target: .exact(size), filter: .bilinear,
            normalization: Normalization(mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5]))
    }

    /// The size of all prepared images; nil where each has its own.
    public var size: ImageSize? {
        if let crop { return crop }
        if case .exact(let size) = target { return size }
        return nil
    }

    /// The image as the model sees it, before its bytes become other numbers.
    ///
    /// - Throws: ``ImageError/size(_:)`` for an image so narrow that the new one would have no pixels, or too many.
    public func framed(_ image: Image) throws(ImageError) -> Image {
        let size = newSize(of: ImageSize(height: image.height, width: image.width))
        guard size.isReadable else {
            throw .size(
                "The image is \(image.width) × \(image.height) pixels, and would be \(size.text) as the model asks for it: "
                    + "nibble makes 1 to \(ImageSize.longestEdge) along an edge.")
        }
        let resized = image.resized(width: size.width, height: size.height, filter: filter)
        return crop.map(resized.centerCropped) ?? resized
    }

    /// The numbers of an image.
    ///
    /// - Throws: What ``framed(_:)`` throws.
    public func prepare(_ image: Image) throws(ImageError) -> PreparedImage { numbers(of: try framed(image)) }

    /// The numbers of an image that ``framed(_:)`` gave.
    public func numbers(of framed: Image) -> PreparedImage {
        let tables = (0..<3).map { channel in (0...255).map { number(UInt8($0), channel: channel) } }
        let count = framed.width * framed.height
        let numbers = [Float](unsafeUninitializedCapacity: 3 * count) { target, initialized in
            framed.pixels.withUnsafeBufferPointer { pixels in
                for channel in 0..<3 {
                    let table = tables[channel]
                    for place in 0..<count {
                        target[channel * count + place] = table[Int(pixels[3 * place + channel])]
                    }
                }
            }
            initialized = 3 * count
        }
        return PreparedImage(
            numbers: numbers, size: ImageSize(height: framed.height, width: framed.width))
    }

    /// (byte · factor − mean) ÷ deviation: the product in double precision, the rest in single.
    private func number(_ byte: UInt8, channel: Int) -> Float {
        let scaled = factor.map { Float(Double(byte) * $0) } ?? Float(byte)
        guard let normalization else { return scaled }
        return (scaled - normalization.mean[channel]) / normalization.deviation[channel]
    }

    /// The size that an image gets before it is cropped: edges are cut down to whole pixels.
    func newSize(of size: ImageSize) -> ImageSize {
        switch target {
        case nil: return size
        case .exact(let size): return size
        case .shortestEdge(let edge, nil):
            let isUpright = size.width <= size.height
            let (short, long) = isUpright ? (size.width, size.height) : (size.height, size.width)
            let other = Int(Double(edge * long) / Double(short))
            return isUpright
                ? ImageSize(height: other, width: edge) : ImageSize(height: edge, width: other)
        case .shortestEdge(let edge, let longest?): return Self.limited(size, edge, longest)
        case .within(let most):
            let scale = min(
                Double(most.height) / Double(size.height), Double(most.width) / Double(size.width))
            return ImageSize(
                height: Int(Double(size.height) * scale), width: Int(Double(size.width) * scale))
        }
    }

    /// The shorter edge of length `edge`, or less so that the longer one is no longer than `longest`
    /// (`get_size_with_aspect_ratio` of image_transforms.py).
    private static func limited(_ size: ImageSize, _ edge: Int, _ longest: Int) -> ImageSize {
        let (short, long) = (Double(min(size.height, size.width)), Double(max(size.height, size.width)))
        var exact = Double(edge)
        if long / short * exact > Double(longest) { exact = Double(longest) * short / long }
        let edge = Int(exact.rounded(.toNearestOrEven))
        if min(size.height, size.width) == edge { return size }
        return size.width < size.height
            ? ImageSize(height: Int(exact * Double(size.height) / Double(size.width)), width: edge)
            : ImageSize(height: edge, width: Int(exact * Double(size.width) / Double(size.height)))
    }
}

/// The numbers of an image as a model reads them.
public struct PreparedImage: Hashable, Sendable {
    /// Channel by channel, row by row: 3 · height · width.
    public let numbers: [Float]
    /// Height and width.
    public let size: ImageSize

    /// Numbers of an image.
    public init(numbers: [Float], size: ImageSize) {
        self.numbers = numbers
        self.size = size
    }
}

extension Image {
    /// The part of this size from the middle; where the image is smaller, black lies around it (`center_crop` of transformers'
    /// image_transforms.py, which puts the odd pixel of black before and the odd pixel of image behind).
    func centerCropped(_ size: ImageSize) -> Image {
        // Rounded down, also below 0.
        let top = height >= size.height ? (height - size.height) / 2 : -((size.height - height + 1) / 2)
        let left = width >= size.width ? (width - size.width) / 2 : -((size.width - width + 1) / 2)
        var result = [UInt8](repeating: 0, count: 3 * size.height * size.width)
        let columns = max(0, left)..<min(width, left + size.width)
        for row in max(0, top)..<min(height, top + size.height) {
            let start = 3 * ((row - top) * size.width + columns.lowerBound - left)
            let source = 3 * (row * width + columns.lowerBound)
            result.replaceSubrange(
                start..<start + 3 * columns.count, with: pixels[source..<source + 3 * columns.count])
        }
        return Image(width: size.width, height: size.height, pixels: result)
    }
}
