/// What the first bytes of a file say of the image in it, before anything is decoded.
struct ImageHeader: Hashable {
    /// The kinds that nibble decodes.
    enum Kind: Hashable {
        case png, jpeg
    }

    let kind: Kind
    let size: ImageSize
    /// How the camera was held.
    let orientation: Orientation

    /// Reads a header.
    ///
    /// - Throws: ``ImageError`` for bytes of another kind and for a header that is cut short.
    init(_ bytes: [UInt8]) throws(ImageError) {
        if bytes.starts(with: PNGHeader.signature) {
            let header = try PNGHeader(bytes)
            (kind, size, orientation) = (.png, header.size, header.orientation)
        } else if bytes.starts(with: JPEGHeader.signature) {
            let header = try JPEGHeader(bytes)
            (kind, size, orientation) = (.jpeg, header.size, header.orientation)
        } else {
            throw OtherImageKind.error(for: bytes)
        }
    }
}

/// The chunks of a PNG file (W3C "Portable Network Graphics Specification", Third Edition, §5).
struct PNGHeader {
    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    let size: ImageSize
    let orientation: Orientation

    init(_ bytes: [UInt8]) throws(ImageError) {
        var reader = ByteReader(bytes, place: Self.signature.count)
        guard let length = reader.integer(4), let type = reader.bytes(4), let width = reader.integer(4),
            let height = reader.integer(4)
        else { throw .cutShort("The PNG file ends within its header.") }
        guard length == 13, Array(type) == Array("IHDR".utf8) else {
            throw .damaged("The PNG file does not begin with its header.")
        }
        size = ImageSize(height: height, width: width)
        orientation = Self.orientation(in: bytes)
    }

    /// The orientation of an eXIf chunk, wherever it stands.
    private static func orientation(in bytes: [UInt8]) -> Orientation {
        var reader = ByteReader(bytes, place: signature.count)
        while let length = reader.integer(4), let type = reader.bytes(4), let content = reader.bytes(length) {
            if Array(type) == Array("eXIf".utf8) { return Orientation(exif: Array(content)) }
            reader.place += 4
        }
        return .upright
    }
}

/// The segments of a JPEG file up to its first scan (ITU-T T.81, annex B).
struct JPEGHeader {
    static let signature: [UInt8] = [0xFF, 0xD8, 0xFF]

    let size: ImageSize
    let orientation: Orientation

    init(_ bytes: [UInt8]) throws(ImageError) {
        var reader = ByteReader(bytes, place: 2)
        var size: ImageSize?
        var orientation: Orientation?
        while let (marker, content) = try Self.segment(&reader) {
            if Self.isFrame(marker) {
                var frame = ByteReader(Array(content), place: 1)
                guard let height = frame.integer(2), let width = frame.integer(2) else {
                    throw .damaged("The JPEG file has a frame without a size.")
                }
                size = size ?? ImageSize(height: height, width: width)
            } else if marker == 0xE1, content.starts(with: "Exif\0\0".utf8) {
                orientation = orientation ?? Orientation(exif: Array(content.dropFirst(6)))
            }
        }
        guard let size else { throw .damaged("The JPEG file has no frame that says its size.") }
        self.size = size
        self.orientation = orientation ?? .upright
    }

    /// SOF0 … SOF15 but for DHT, JPG and DAC, which stand among them.
    private static func isFrame(_ marker: Int) -> Bool {
        (0xC0...0xCF).contains(marker) && ![0xC4, 0xC8, 0xCC].contains(marker)
    }

    /// The next segment; nil at the first scan or the end of the image.
    private static func segment(
        _ reader: inout ByteReader
    ) throws(ImageError) -> (marker: Int, content: ArraySlice<UInt8>)? {
        let end = ImageError.cutShort("The JPEG file ends within its header.")
        while true {
            // Markers may be filled up with 0xFF.
            guard let byte = reader.integer(1) else { throw end }
            guard byte == 0xFF else { continue }
            var marker = 0xFF
            while marker == 0xFF {
                guard let next = reader.integer(1) else { throw end }
                marker = next
            }
            // No marker, or one that nothing belongs to.
            if marker == 0 || marker == 0x01 || (0xD0...0xD8).contains(marker) { continue }
            if marker == 0xDA || marker == 0xD9 { return nil }
            guard let length = reader.integer(2) else { throw end }
            guard length >= 2 else { throw .damaged("The JPEG file has a segment of \(length) bytes.") }
            guard let content = reader.bytes(length - 2) else { throw end }
            return (marker, content)
        }
    }
}
