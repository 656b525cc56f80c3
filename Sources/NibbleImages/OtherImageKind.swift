/// Kinds of images that nibble doesn't read, told by their first bytes so that they can be named.
struct OtherImageKind {
    let name: String
    /// Where the bytes stand that tell it, and what they are.
    private let marks: [(place: Int, bytes: [UInt8])]

    private init(_ name: String, _ marks: (place: Int, bytes: [UInt8])...) {
        self.name = name
        self.marks = marks
    }

    private init(_ name: String, _ text: String, at place: Int = 0) {
        self.init(name, (place, Array(text.utf8)))
    }

    private static let all = [
        OtherImageKind("GIF", "GIF8"), OtherImageKind("BMP", "BM"),
        OtherImageKind("WebP", (0, Array("RIFF".utf8)), (8, Array("WEBP".utf8))),
        OtherImageKind("TIFF", (0, [0x49, 0x49, 42, 0])), OtherImageKind("TIFF", (0, [0x4D, 0x4D, 0, 42])),
        OtherImageKind("HEIC", "ftyphe", at: 4), OtherImageKind("HEIC", "ftypmif1", at: 4),
        OtherImageKind("AVIF", "ftypavi", at: 4),
        OtherImageKind("JPEG XL", (0, [0xFF, 0x0A])), OtherImageKind("JPEG XL", "JXL ", at: 4),
        OtherImageKind("JPEG 2000", "jP  ", at: 4), OtherImageKind("Photoshop", "8BPS"),
        OtherImageKind("PDF", "%PDF"), OtherImageKind("SVG", "<svg"), OtherImageKind("QOI", "qoif"),
        OtherImageKind("PNM", "P6"), OtherImageKind("PNM", "P5"),
    ]

    private func matches(_ bytes: [UInt8]) -> Bool {
        marks.allSatisfy { bytes.dropFirst($0.place).starts(with: $0.bytes) }
    }

    /// Why bytes that are neither PNG nor JPEG are not read.
    static func error(for bytes: [UInt8]) -> ImageError {
        if bytes.isEmpty { return .cutShort("The file is empty.") }
        // The first bytes of what nibble reads, and no more.
        if [PNGHeader.signature, JPEGHeader.signature].contains(where: { $0.starts(with: bytes) }) {
            return .cutShort("The file ends within its first \(bytes.count + 1) bytes.")
        }
        guard let kind = all.first(where: { $0.matches(bytes) }) else {
            return .kind("This is no image that nibble reads: it reads PNG and JPEG.")
        }
        return .kind("This is an image of the kind \(kind.name): nibble reads PNG and JPEG, so convert it.")
    }
}
