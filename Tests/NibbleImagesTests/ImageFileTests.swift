import Foundation
import NibbleImages
import NibbleTestSupport
import Testing

/// Image files against the pixels that Pillow and transformers' `load_image` make of them.
@Suite struct ImageFileTests {
    private struct Known: Decodable {
        let width: Int
        let height: Int
        let pixels: Data
    }

    @Test func everyKindIsReadAsPillowReadsIt() throws {
        let known = try ImageFixtures.load("images.json", as: [String: Known].self)
        #expect(known.count >= 30)
        for (name, expected) in known {
            let image = try ImageFile.read(ImageFixtures.path(name))
            #expect(image.width == expected.width && image.height == expected.height, "\(name)")
            let largest = zip(image.pixels, expected.pixels).map { abs(Int($0) - Int($1)) }.max()
            #expect(largest == 0 && image.pixels.count == expected.pixels.count, "\(name): \(largest ?? -1)")
        }
    }

    /// Some programs write the orientation as a number of 32 bits; one that is none is passed over.
    @Test func orientationsOfOtherWritersAreFollowed() throws {
        let bytes = try ImageFixtures.bytes("orientation-6.jpg")
        let entry: [UInt8] = [0x01, 0x12, 0x00, 0x03, 0x00, 0x00, 0x00, 0x01, 0x00, 0x06, 0x00, 0x00]
        let place = try #require(bytes.indices.first { bytes[$0...].starts(with: entry) })
        let turned = try ImageReader.decode(bytes)
        #expect(turned.width == 19 && turned.height == 29)
        func decode(_ changes: [Int: UInt8]) throws -> Image {
            var changed = bytes
            for (offset, byte) in changes { changed[place + offset] = byte }
            return try ImageReader.decode(changed)
        }
        #expect(try decode([3: 4, 9: 0, 11: 6]) == turned)
        #expect(try decode([9: 9]).width == 29)
        #expect(try decode([7: 2]).width == 29)
        #expect(try decode([3: 5]).width == 29)
    }

    /// Each refused file and words of its sentence.
    private static let refused: [(name: String, words: String)] = [
        ("bad-gif.gif", "GIF"), ("bad-bmp.bmp", "BMP"), ("bad-webp.webp", "WebP"), ("bad-tiff.tiff", "TIFF"),
        ("bad-empty.png", "empty"), ("bad-text.png", "no image that nibble reads"),
        ("bad-size-0.png", "0 × 0"), ("bad-size-0.jpg", "0 × 0"),
        ("bad-size-100000.png", "100000 × 100000 pixels: nibble reads at most 32768"),
        ("bad-pixels.png", "67 million in all"), ("bad-size-65535.jpg", "at most 32768"),
        ("bad-cut.png", "cut short"), ("bad-cut-end.png", "cut short"),
        ("bad-cut-header.png", "ends within its header"), ("bad-checksum.png", "damaged"),
        ("bad-cut.jpg", "cut short"), ("bad-cut-progressive.jpg", "cut short"),
        ("bad-cut-header.jpg", "ends within its header"), ("bad-cut-but-ended.jpg", "damaged"),
    ]

    @Test func whatIsNoImageIsRefusedInASentence() throws {
        for (name, words) in Self.refused {
            let error = try #require(throws: ImageError.self, "\(name)") {
                try ImageFile.read(ImageFixtures.path(name))
            }
            #expect("\(error)".contains(words) && "\(error)".contains(name), "\(error)")
        }
        let names = try FileManager.default.contentsOfDirectory(
            atPath: ImageFixtures.folder.appendingPathComponent("images").path)
        #expect(Set(names.filter { $0.hasPrefix("bad-") }) == Set(Self.refused.map(\.name)))
    }

    @Test(arguments: [
        ("HEIC", "....ftypheic"), ("AVIF", "....ftypavif"), ("JPEG XL", "....JXL "),
        ("JPEG 2000", "....jP  "), ("PDF", "%PDF-1.7"), ("SVG", "<svg xmlns="), ("Photoshop", "8BPS"),
    ])
    func otherKindsAreNamed(_ name: String, _ start: String) throws {
        let error = try #require(throws: ImageError.self) {
            try ImageReader.decode(Array((start + "................").utf8))
        }
        #expect("\(error)".contains("of the kind \(name):"), "\(error)")
    }

    @Test func whatIsNoFileIsRefusedInASentence() throws {
        try TemporaryFolder.with("images") { folder in
            let error = try #require(throws: ImageError.self) { try ImageFile.read(folder.path) }
            #expect("\(error)".contains("no regular file"))
            let missing = try #require(throws: ImageError.self) {
                try ImageFile.read(folder.path + "/no.png")
            }
            #expect("\(missing)".contains("no such file"))
        }
    }

    /// Wherever a file ends: an image needs all of its bytes.
    @Test(arguments: ["rgb.png", "interlaced.png", "baseline.jpg", "progressive.jpg", "cmyk.jpg"])
    func everyCutIsAnError(_ name: String) throws {
        let bytes = try ImageFixtures.bytes(name)
        for count in 0..<bytes.count {
            #expect(throws: ImageError.self, "\(name) to \(count)") {
                try ImageReader.decode(Array(bytes[..<count]))
            }
        }
    }

    /// A header that asks for all the memory there is, without pixels behind it.
    @Test func sizesAreRefusedBeforeMemoryIsTaken() throws {
        var bytes = try ImageFixtures.bytes("bad-size-100000.png")
        for size in [[0, 0, 128, 1], [255, 255, 255, 255], [127, 255, 255, 255]] as [[UInt8]] {
            bytes.replaceSubrange(16..<20, with: size)
            let error = try #require(throws: ImageError.self) { try ImageReader.decode(bytes) }
            if case .size = error {} else { Issue.record("\(error)") }
        }
    }

    /// A progressive file whose last scan is repeated over and over.
    @Test func aFileOfCountlessScansIsRefused() throws {
        let bytes = try ImageFixtures.bytes("progressive.jpg")
        let starts = bytes.indices.dropLast().filter { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xDA }
        let last = Array(bytes[(try #require(starts.last))..<(bytes.count - 2)])
        var long = Array(bytes.dropLast(2))
        for _ in 0..<600 { long += last }
        let error = try #require(throws: ImageError.self) { try ImageReader.decode(long + [0xFF, 0xD9]) }
        if case .damaged = error {} else { Issue.record("\(error)") }
    }
}
