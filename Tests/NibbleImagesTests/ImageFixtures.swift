import Foundation
import NibbleImages
import NibbleTestSupport

/// What `Fixtures/make-images.py` wrote, and the picture that it draws.
enum ImageFixtures {
    static let folder = RepositoryPaths.root.appendingPathComponent("Tests/NibbleImagesTests/Fixtures")

    static func path(_ name: String) -> String { folder.appendingPathComponent("images/\(name)").path }

    static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(name))))
    }

    static func load<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
        try JSONDecoder().decode(type, from: Data(contentsOf: folder.appendingPathComponent(name)))
    }

    /// The script's `picture`: ramps, a grid and coarse noise.
    static func picture(width: Int, height: Int) -> Image {
        var pixels: [UInt8] = []
        for y in 0..<height {
            for x in 0..<width {
                for channel in 0..<3 {
                    let ramp = (x * (5 + 2 * channel) + y * (3 + channel) * 2 + 40 * channel) % 256
                    let product = (x * 7919 + y * 104_729 + channel * 1_299_709) * 2_654_435_761
                    let noise = (product % 4_294_967_296) >> 24
                    pixels.append(UInt8((x / 5 + y / 4 + channel) % 3 == 0 ? noise : ramp))
                }
            }
        }
        return Image(width: width, height: height, pixels: pixels)
    }
}
