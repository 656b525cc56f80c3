/// What is drawn for the pixels of a picture where a cell can't have two colours of its own.
enum PictureStandIns {
    private static let shades = [" ", "░", "▒", "▓", "█"]

    /// The cell as a terminal with such colours can show it.
    static func cell(for cell: Cell, depth: ColorDepth, isUTF8: Bool) -> Cell {
        guard cell.style.attributes.contains(.picture) else { return cell }
        switch depth {
        case .none, .eight, .sixteen: return shaded(cell)
        case .indexed, .direct: return isUTF8 ? cell : blank(cell)
        }
    }

    /// The lightness of both pixels as a shade, with more ink where it is lighter, in their hue on black.
    ///
    /// Few colours have few pairs, so the lightness is left to the shade.
    private static func shaded(_ cell: Cell) -> Cell {
        let mean = mean(cell)
        let largest = Double(max(mean.red, mean.green, mean.blue, 1))
        func full(_ channel: UInt8) -> UInt8 { UInt8((Double(channel) * 255 / largest).rounded()) }
        var result = cell
        result.text = shades[min(shades.count - 1, Int(mean.oklab.x * Double(shades.count)))]
        result.style.foreground = Color(red: full(mean.red), green: full(mean.green), blue: full(mean.blue))
        result.style.background = Color(0)
        return result
    }

    /// A blank on the mean of both pixels.
    private static func blank(_ cell: Cell) -> Cell {
        var result = cell
        result.text = " "
        result.style.background = mean(cell)
        return result
    }

    private static func mean(_ cell: Cell) -> Color {
        let background = cell.style.background ?? Color(0)
        return (cell.style.foreground ?? background).mixed(with: background, 0.5)
    }
}
