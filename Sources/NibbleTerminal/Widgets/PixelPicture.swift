#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A picture in half blocks: each cell shows two pixels, one above the other, so that pixels are square where a cell is
/// twice as high as wide.
///
/// Pixels that share a half of a cell are averaged by area in linear light, as the eye averages them; pixels larger than
/// a half of a cell stay squares, so a small picture is shown as it is.
///
/// ```swift
/// PixelPicture(width: 2, height: 2, pixels: [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255])
///     .draw(in: &canvas, rect: Rect(0, 0, 2, 1), theme: theme)
/// ```
public struct PixelPicture: Widget, Hashable {
    /// Pixels side by side.
    public let width: Int
    /// Rows of pixels.
    public let height: Int
    /// Red, green and blue of each pixel, row by row from the top.
    public let pixels: [UInt8]

    /// A picture of `width` × `height` pixels; one that lacks numbers is empty.
    public init(width: Int, height: Int, pixels: [UInt8]) {
        let isWhole = width > 0 && height > 0 && pixels.count / 3 / width >= height
        self.width = isWhole ? width : 0
        self.height = isWhole ? height : 0
        self.pixels = isWhole ? pixels : []
    }

    /// The largest rectangle in the middle of `rect` that keeps the picture's shape.
    public func place(in rect: Rect) -> Rect {
        guard width > 0, !rect.isEmpty else { return Rect(rect.x, rect.y, 0, 0) }
        let scale = min(Double(rect.width) / Double(width), Double(rect.height * 2) / Double(height))
        let columns = max(1, Int((Double(width) * scale).rounded()))
        let rows = max(1, Int((Double(height) * scale / 2).rounded()))
        return rect.centered(Size(columns, rows))
    }

    /// Draws the picture in the middle of `rect`, as large as it fits.
    public func draw(in canvas: inout Canvas, rect: Rect, theme: Theme) {
        let place = place(in: rect)
        guard !place.isEmpty else { return }
        let rows = averages(columns: place.width, rows: place.height * 2)
        for y in 0..<place.height {
            for x in 0..<place.width {
                let style = Style(
                    foreground: rows[2 * y * place.width + x],
                    background: rows[(2 * y + 1) * place.width + x], attributes: .picture)
                canvas.put(Self.upperHalf, Point(place.x + x, place.y + y), style)
            }
        }
    }

    private static let upperHalf = Glyph(text: "▀", width: 1)

    /// The mean colour of each field of a grid over the picture.
    private func averages(columns: Int, rows: Int) -> [Color] {
        let across = Coverage.fields(columns, over: width)
        let down = Coverage.fields(rows, over: height)
        var result: [Color] = []
        result.reserveCapacity(columns * rows)
        for vertical in down {
            for horizontal in across { result.append(mean(horizontal, vertical)) }
        }
        return result
    }

    private func mean(_ across: Coverage, _ down: Coverage) -> Color {
        if across.weights.count == 1, down.weights.count == 1 { return color(across.first, down.first) }
        var sum = SIMD3<Float>()
        var total: Float = 0
        for (row, high) in down.weights.enumerated() {
            for (column, wide) in across.weights.enumerated() {
                let place = 3 * ((down.first + row) * width + across.first + column)
                let light = SIMD3(
                    LinearLight.of[Int(pixels[place])], LinearLight.of[Int(pixels[place + 1])],
                    LinearLight.of[Int(pixels[place + 2])])
                sum += light * (high * wide)
                total += high * wide
            }
        }
        let mean = sum / total
        return Color(
            red: LinearLight.channel(mean.x), green: LinearLight.channel(mean.y),
            blue: LinearLight.channel(mean.z))
    }

    private func color(_ x: Int, _ y: Int) -> Color {
        let place = 3 * (y * width + x)
        return Color(red: pixels[place], green: pixels[place + 1], blue: pixels[place + 2])
    }
}

/// The pixels that a field of a grid lies over, with how much of each.
private struct Coverage {
    var first: Int
    var weights: [Float]

    /// The fields of a grid of `count` over `length` pixels.
    static func fields(_ count: Int, over length: Int) -> [Coverage] {
        (0..<count).map { index in
            let start = Double(index) * Double(length) / Double(count)
            let end = Double(index + 1) * Double(length) / Double(count)
            let first = min(Int(start), length - 1)
            let last = min(max(first, Int(end.rounded(.up)) - 1), length - 1)
            let weights = (first...last).map { pixel in
                Float(max(min(Double(pixel + 1), end) - max(Double(pixel), start), 0))
            }
            return Coverage(first: first, weights: weights)
        }
    }
}

/// Light between 0 and 1 for the channels of sRGB (IEC 61966-2-1).
private enum LinearLight {
    static let of: [Float] = (0...255).map { channel in
        let value = Float(channel) / 255
        return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }

    static func channel(_ light: Float) -> UInt8 {
        let value = light <= 0.0031308 ? light * 12.92 : 1.055 * pow(light, 1 / 2.4) - 0.055
        return UInt8((min(max(value, 0), 1) * 255).rounded())
    }
}
