import Foundation
import NibbleImages
import Testing

/// Resizing against Pillow's, bit for bit.
@Suite struct ResizeTests {
    private struct Case: Decodable {
        let width, height, newWidth, newHeight, filter: Int
        let pixels: Data
    }

    @Test func everyFilterGivesPillowsBytes() throws {
        let cases = try ImageFixtures.load("resize.json", as: [Case].self)
        #expect(Set(cases.map(\.filter)) == Set(ResizeFilter.allCases.map(\.rawValue)))
        for item in cases {
            let filter = try #require(ResizeFilter(rawValue: item.filter))
            let found = ImageFixtures.picture(width: item.width, height: item.height)
                .resized(width: item.newWidth, height: item.newHeight, filter: filter)
            #expect(
                found.pixels == [UInt8](item.pixels),
                "\(item.width) × \(item.height) to \(item.newWidth) × \(item.newHeight), \(filter)")
        }
    }

    @Test(arguments: ResizeFilter.allCases) func oneColourStaysThatColour(_ filter: ResizeFilter) {
        let plain = Image(
            width: 9, height: 7, pixels: (0..<63).flatMap { _ in [10, 200, 255] as [UInt8] })
        for (width, height) in [(3, 20), (40, 2), (1, 1), (100, 100)] {
            let found = plain.resized(width: width, height: height, filter: filter)
            #expect(found.width == width && found.height == height)
            #expect(
                (0..<width * height).allSatisfy {
                    found.color(x: $0 % width, y: $0 / width) == (10, 200, 255)
                })
        }
    }
}
