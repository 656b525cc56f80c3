/// An image of red, green and blue, one byte each.
///
///     let image = try ImageFile.read("cat.png")
///     let small = image.resized(width: 80, height: 48, filter: .lanczos)
public struct Image: Hashable, Sendable {
    /// Pixels in a row.
    public let width: Int
    /// Rows.
    public let height: Int
    /// Row by row from the top, each pixel's red, green and blue: 3 · width · height bytes.
    public let pixels: [UInt8]

    /// An image of some pixels.
    ///
    /// - Precondition: There are 3 · width · height bytes.
    public init(width: Int, height: Int, pixels: [UInt8]) {
        precondition(pixels.count == 3 * width * height, "an image has three bytes for each pixel")
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    /// The red, green and blue of a pixel, counted from the left and from the top.
    public func color(x: Int, y: Int) -> (red: UInt8, green: UInt8, blue: UInt8) {
        let place = 3 * (y * width + x)
        return (pixels[place], pixels[place + 1], pixels[place + 2])
    }

    /// The image whose pixel at each place is that of another place here.
    func rearranged(
        width: Int, height: Int, _ place: (_ x: Int, _ y: Int) -> (x: Int, y: Int)
    ) -> Image {
        var result: [UInt8] = []
        result.reserveCapacity(3 * width * height)
        for y in 0..<height {
            for x in 0..<width {
                let source = place(x, y)
                let start = 3 * (source.y * self.width + source.x)
                result.append(pixels[start])
                result.append(pixels[start + 1])
                result.append(pixels[start + 2])
            }
        }
        return Image(width: width, height: height, pixels: result)
    }
}
