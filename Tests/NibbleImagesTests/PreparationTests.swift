import Foundation
import NibbleImages
import NibbleJSON
import Testing

/// Prepared images against transformers' image processors that work with Pillow, bit for bit, and files that nibble refuses.
@Suite struct PreparationTests {
    private struct Case: Decodable {
        let width, height, newWidth, newHeight: Int
        let numbers: Data
    }

    private static func numbers(_ data: Data) -> [Float] {
        data.withUnsafeBytes { bytes in
            (0..<bytes.count / 4).map {
                Float(
                    bitPattern: UInt32(
                        littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
            }
        }
    }

    /// The preprocessor files as bytes, taken from the fixture without another decoder's rounding.
    private static func files() throws -> [[UInt8]] {
        let data = try Data(contentsOf: ImageFixtures.folder.appendingPathComponent("prepare.json"))
        let cases = try #require(try JSONSerialization.jsonObject(with: data) as? [[String: Any]])
        return try cases.map { item in
            [UInt8](try JSONSerialization.data(withJSONObject: try #require(item["file"])))
        }
    }

    @Test func everyFileGivesTheNumbersOfTransformers() throws {
        let cases = try ImageFixtures.load("prepare.json", as: [Case].self)
        let files = try Self.files()
        #expect(cases.count == files.count && cases.count >= 20)
        for (item, file) in zip(cases, files) {
            let name = String(decoding: file, as: UTF8.self)
            let read = try ImagePreparation.read(file, modelType: "")
            #expect(read.remarks == [], "\(name)")
            let image = ImageFixtures.picture(width: item.width, height: item.height)
            let found = try read.preparation.prepare(image)
            #expect(found.size == ImageSize(height: item.newHeight, width: item.newWidth), "\(name)")
            #expect(read.preparation.size == nil || read.preparation.size == found.size, "\(name)")
            #expect(found.numbers == Self.numbers(item.numbers), "\(name)")
        }
    }

    @Test(arguments: [
        ("deit", ImageSize(224), ResizeFilter.bicubic), ("dinov2", ImageSize(224), .bicubic),
        ("vit", ImageSize(224), .bilinear),
    ])
    func aFileWithoutAProcessorIsThatOfTheModel(
        _ type: String, _ size: ImageSize, _ filter: ResizeFilter
    ) throws {
        let read = try ImagePreparation.read(Array("{}".utf8), modelType: type).preparation
        #expect(read.size == size && read.filter == filter)
        #expect((read.crop == nil) == (type == "vit"))
    }

    /// Files that cannot be followed, and words of the sentence.
    @Test(arguments: [
        ("", "no JSON"), ("[1]", "a list"),
        (#"{"image_processor_type": "SamImageProcessor"}"#, "SamImageProcessor"),
        (#"{"resample": 6}"#, "Pillow's are 0 nearest"), (#"{"resample": "bicubic"}"#, "bicubic"),
        (#"{"size": {"longest_edge": 5}}"#, "shortest_edge"), (#"{"size": 0}"#, "1 to 16384"),
        (#"{"size": {"height": 99999, "width": 1}}"#, "size.height"), (#"{"size": [1, 2, 3]}"#, "a list"),
        (#"{"image_mean": [1, 2]}"#, "image_mean"), (#"{"image_std": [1, 0, 1]}"#, "image_std of 0"),
        (#"{"image_std": "half"}"#, "image_std"), (#"{"do_resize": 1}"#, "true or false"),
        (#"{"rescale_factor": "x"}"#, "rescale_factor"), (#"{"rescale_factor": NaN}"#, "rescale_factor"),
        (#"{"do_pad": true}"#, "do_pad"), (#"{"crop_pct": 0.9}"#, "crop_pct"),
        (#"{"do_center_crop": true, "crop_size": {"height": 4}}"#, "crop_size"),
    ])
    func whatCannotBeFollowedIsSaid(_ file: String, _ words: String) throws {
        let error = try #require(throws: ImageError.self) {
            try ImagePreparation.read(Array(file.utf8), modelType: "vit")
        }
        #expect("\(error)".contains(words) && "\(error)".contains("preprocessor_config.json"), "\(error)")
    }

    @Test(arguments: [
        (#"{"size": 8, "resample": 1}"#, "8 × 8 by lanczos"),
        (
            #"{"size": {"shortest_edge": 9, "longest_edge": 12}}"#,
            "shorter edge 9, longer at most 12, by bilinear"
        ),
        (
            #"{"image_processor_type": "BitImageProcessor"}"#,
            "shorter edge 224 by bicubic, then the middle 224 × 224"
        ),
        (#"{"do_resize": false}"#, "own size"),
        (#"{"size": {"max_height": 4, "max_width": 6}}"#, "within 6 × 4 by bilinear"),
    ])
    func theWayIsToldInWords(_ file: String, _ words: String) throws {
        #expect(try ImagePreparation.read(Array(file.utf8), modelType: "vit").preparation.text == words)
    }

    @Test func keysThatNobodyKnowsAreNamed() throws {
        let read = try ImagePreparation.read(
            Array(#"{"do_sharpen": true, "mystery": null, "size": 8}"#.utf8), modelType: "vit")
        #expect(read.remarks.count == 1 && read.remarks[0].contains("do_sharpen"))
        #expect(!read.remarks[0].contains("mystery"))
    }

    @Test func aNarrowImageDoesNotBecomeAHugeOne() throws {
        let read = try ImagePreparation.read(
            Array(#"{"image_processor_type": "BitImageProcessor", "size": {"shortest_edge": 1000}}"#.utf8),
            modelType: "")
        let strip = Image(width: 1, height: 100, pixels: [UInt8](repeating: 0, count: 300))
        let error = try #require(throws: ImageError.self) { try read.preparation.prepare(strip) }
        #expect("\(error)".contains("1000 × 100000"))
    }
}
