import NibbleTestSupport
import Testing

@testable import NibbleTerminal

/// Pictures in half blocks, and what stands for them where colours are few.
@Suite struct PixelPictureTests {
    private func drawn(_ picture: PixelPicture, _ size: Size) -> CellBuffer {
        var canvas = Canvas(size: size)
        picture.draw(in: &canvas, rect: Rect(size), theme: .builtIn)
        return canvas.buffer
    }

    private func picture(_ width: Int, _ height: Int, _ color: (Int, Int) -> UInt32) -> PixelPicture {
        let pixels = (0..<height).flatMap { y in
            (0..<width).flatMap { x -> [UInt8] in
                let color = Color(color(x, y))
                return [color.red, color.green, color.blue]
            }
        }
        return PixelPicture(width: width, height: height, pixels: pixels)
    }

    @Test func aCellShowsTwoPixels() {
        let buffer = drawn(
            picture(2, 2) { x, y in [[0xFF0000, 0x00FF00], [0x0000FF, 0x123456]][y][x] }, Size(2, 1))
        #expect(buffer.row(0).map(\.text) == ["▀", "▀"])
        #expect(buffer[0, 0].style.foreground == Color(0xFF0000))
        #expect(buffer[0, 0].style.background == Color(0x0000FF))
        #expect(buffer[1, 0].style.foreground == Color(0x00FF00))
        #expect(buffer[1, 0].style.background == Color(0x123456))
    }

    @Test func shapesAreKeptAndLieInTheMiddle() {
        let wide = picture(40, 10) { _, _ in 0xFFFFFF }
        #expect(wide.place(in: Rect(0, 0, 40, 20)) == Rect(0, 7, 40, 5))
        #expect(wide.place(in: Rect(0, 0, 20, 20)) == Rect(0, 8, 20, 3))
        let high = picture(10, 40) { _, _ in 0xFFFFFF }
        #expect(high.place(in: Rect(2, 1, 40, 10)) == Rect(19, 1, 5, 10))
    }

    @Test func largePixelsStaySquares() {
        let buffer = drawn(picture(2, 2) { x, _ in x == 0 ? 0 : 0xFFFFFF }, Size(8, 4))
        for y in 0..<4 {
            #expect(
                buffer.row(y).map { $0.style.foreground?.value } == [0, 0, 0, 0]
                    + Array(repeating: 0xFFFFFF, count: 4))
        }
    }

    @Test func smallPixelsAreAveragedInLinearLight() {
        // Half of the light of white has the sRGB value 188 (IEC 61966-2-1), not 128.
        let buffer = drawn(picture(16, 16) { x, y in (x + y) % 2 == 0 ? 0 : 0xFFFFFF }, Size(4, 2))
        for cell in buffer.row(0) { #expect(cell.style.foreground == Color(red: 188, green: 188, blue: 188)) }
    }

    @Test func partsOfPixelsCountByTheirArea() {
        // Two fields over three pixels: each takes one and a half, the middle one half to both.
        let buffer = drawn(picture(3, 6) { x, _ in x == 1 ? 0xFFFFFF : 0 }, Size(2, 2))
        let third = Color(red: 156, green: 156, blue: 156)  // a third of the light
        #expect(buffer.row(0).map(\.style.foreground) == [third, third])
    }

    @Test func aPictureThatLacksPixelsIsEmpty() {
        for picture in [
            PixelPicture(width: 4, height: 4, pixels: [1, 2, 3]),
            PixelPicture(width: 0, height: 3, pixels: []),
            PixelPicture(width: -1, height: -1, pixels: [9, 9, 9]),
        ] {
            #expect(picture.place(in: Rect(0, 0, 10, 10)).isEmpty)
            #expect(drawn(picture, Size(3, 3)).row(1).allSatisfy { $0.text == " " })
        }
    }

    @Test func nothingIsDrawnOutside() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<200 {
            let size = (Int.random(in: 1...70, using: &generator), Int.random(in: 1...70, using: &generator))
            let picture = picture(size.0, size.1) { _, _ in 0x808080 }
            let rect = Rect(
                Int.random(in: 0...5, using: &generator), Int.random(in: 0...5, using: &generator),
                Int.random(in: 0...20, using: &generator), Int.random(in: 0...10, using: &generator))
            var canvas = Canvas(size: Size(30, 20))
            picture.draw(in: &canvas, rect: rect, theme: .builtIn)
            for y in 0..<20 {
                for x in 0..<30 where !rect.contains(Point(x, y)) { #expect(canvas[Point(x, y)].text == " ") }
            }
        }
    }

    @Test func shadesStandForPixelsWhereColoursAreFew() {
        let buffer = drawn(
            picture(5, 2) { x, _ in [0, 0x303030, 0x777777, 0xAA3333, 0xFFFFFF][x] }, Size(5, 1))
        let cells = buffer.row(0).map { PictureStandIns.cell(for: $0, depth: .eight, isUTF8: true) }
        #expect(cells.map(\.text) == [" ", "░", "▒", "▒", "█"])
        #expect(cells[3].style.foreground == Color(red: 255, green: 77, blue: 77))
        #expect(cells.allSatisfy { $0.style.background == Color(0) })
        let ascii = AsciiStandIns.row(for: cells).map(\.text).joined()
        #expect(ascii == " .==#")
    }

    @Test func withoutBlocksACellHasTheMeanOfItsPixels() {
        let buffer = drawn(picture(1, 2) { _, y in y == 0 ? 0x000000 : 0x808080 }, Size(1, 1))
        let cell = PictureStandIns.cell(for: buffer[0, 0], depth: .direct, isUTF8: false)
        #expect(cell.text == " ")
        #expect(cell.style.background == Color(0x404040))
        #expect(PictureStandIns.cell(for: buffer[0, 0], depth: .direct, isUTF8: true) == buffer[0, 0])
    }

    @Test func pixelsAreNotChangedToBeRead() {
        let buffer = drawn(picture(1, 2) { _, y in y == 0 ? 0x808080 : 0x818181 }, Size(1, 1))
        var palette = PaletteMapping(depth: .indexed)
        let numbers = palette.numbers(of: buffer[0, 0], ground: nil)
        #expect(numbers?.foreground == numbers?.background)
        var text = buffer[0, 0]
        text.style.attributes.remove(.picture)
        let readable = palette.numbers(of: text, ground: nil)
        #expect(readable?.foreground != readable?.background)
    }
}
