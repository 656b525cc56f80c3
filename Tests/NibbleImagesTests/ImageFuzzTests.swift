import NibbleImages
import NibbleTestSupport
import Testing

/// Seeded damage to images and preprocessor files: whatever comes in, an image or a sentence comes out.
@Suite struct ImageFuzzTests {
    private static let images = [
        "rgb.png", "palette-transparency.png", "interlaced.png", "interlaced-wide-grey.png", "bits-2.png",
        "wide-rgba.png", "turned.png", "baseline.jpg", "progressive.jpg", "cmyk.jpg", "restart.jpg",
        "orientation-6.jpg",
    ]

    /// Changes, inserts, removes and repeats bytes; sizes of PNG files stay small, so that time is spent on the rest.
    private static func damaged(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let place = Int.random(in: 0...bytes.count, using: &generator)
            let end = min(bytes.count, place + Int.random(in: 0...9, using: &generator))
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: if place < bytes.count { bytes[place] = UInt8.random(in: 0...255, using: &generator) }
            case 1: if place < bytes.count { bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator) }
            case 2: bytes.removeSubrange(place..<end)
            case 3: bytes.insert(contentsOf: bytes[place..<end], at: place)
            case 4:
                bytes.insert(contentsOf: [0xFF, UInt8.random(in: 0xC0...0xFE, using: &generator)], at: place)
            default: if place > 40 { bytes.removeSubrange(place...) }
            }
        }
        return bytes
    }

    /// A PNG file with right checksums, so that damage reaches what stands behind them.
    private static func withChecksums(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        var place = 8
        while place + 12 <= bytes.count {
            let length = bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
            let end = place + 8 + length
            guard end + 4 <= bytes.count else { break }
            var sum: UInt32 = 0xFFFF_FFFF
            for byte in bytes[place + 4..<end] {
                sum ^= UInt32(byte)
                for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
            }
            for index in 0..<4 {
                bytes[end + index] = UInt8(truncatingIfNeeded: ~sum >> UInt32(24 - 8 * index))
            }
            place = end + 4
        }
        return bytes
    }

    @Test(arguments: images) func damagedImagesGiveAnImageOrASentence(_ name: String) throws {
        let bytes = try ImageFixtures.bytes(name)
        var generator = SeededGenerator(seed: 31)
        var readable = 0
        for round in 0..<400 {
            var input = Self.damaged(bytes, &generator)
            if name.hasSuffix("png"), round % 2 == 0 { input = Self.withChecksums(input) }
            do {
                let image = try ImageReader.decode(input)
                #expect(image.pixels.count == 3 * image.width * image.height && image.width > 0)
                readable += 1
            } catch {
                #expect(error.description.hasSuffix(".") && error.description.count > 20, "\(error)")
            }
        }
        #expect(readable > 0, "some damage does no harm")
    }

    private static let preparations = [
        #"{"image_processor_type": "ViTImageProcessor", "size": {"height": 8, "width": 8}, "resample": 2, "#
            + #""do_resize": true, "rescale_factor": 0.00392, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5]}"#,
        #"{"feature_extractor_type": "DeiTFeatureExtractor", "size": 20, "crop_size": 13, "do_center_crop": true}"#,
        #"{"image_processor_type": "BitImageProcessor", "size": {"shortest_edge": 10, "longest_edge": 12}, "#
            + #""crop_size": {"height": 9, "width": 7}, "do_rescale": false}"#,
    ]
    private static let words = [
        "0", "-1", "7", "1e400", "NaN", "null", "true", "[]", "{}", "\"x\"", "99999999999999999999", "0.5",
        "[1, 2, 3]", "{\"height\": 3, \"width\": 2}", "{\"shortest_edge\": 5}", "16384",
    ]

    @Test(arguments: preparations) func damagedFilesGiveAPreparationOrASentence(_ file: String) throws {
        var generator = SeededGenerator(seed: 32)
        let image = ImageFixtures.picture(width: 6, height: 4)
        for round in 0..<1500 {
            var bytes = Self.damaged(Array(file.utf8), &generator)
            if round % 2 == 0 {
                // Another value somewhere.
                let colons = file.utf8.enumerated().filter { $0.element == UInt8(ascii: ":") }.map(\.offset)
                let place = (colons.randomElement(using: &generator) ?? 0) + 1
                let end = Array(file.utf8)[place...].firstIndex { [0x2C, 0x7D].contains($0) } ?? place
                bytes = Array(file.utf8)
                bytes.replaceSubrange(
                    place..<end, with: Array((Self.words.randomElement(using: &generator) ?? "").utf8))
            }
            do throws(ImageError) {
                let preparation = try ImagePreparation.read(bytes, modelType: "vit").preparation
                // A square of 16384 pixels is asked for in earnest, and takes its time.
                guard preparation.size.map({ $0.height * $0.width < 1 << 20 }) ?? true else { continue }
                let prepared = try preparation.prepare(image)
                #expect(prepared.numbers.count == 3 * prepared.size.height * prepared.size.width)
            } catch {
                #expect(error.description.count > 20, "\(error)")
            }
        }
    }
}
