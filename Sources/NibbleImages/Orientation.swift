/// How a camera was held: what must be done to the stored pixels to have them upright (Exif 2.32 §4.6.4, tag 0x0112).
enum Orientation: Int, Hashable {
    case upright = 1
    case mirrored, turnedAround, upsideDown, transposed, turnedLeft, transversed, turnedRight

    /// The orientation that a TIFF structure of Exif says; upright where it says none.
    init(exif bytes: [UInt8]) {
        self = Self.value(bytes).flatMap(Orientation.init) ?? .upright
    }

    private static func value(_ bytes: [UInt8]) -> Int? {
        var reader = ByteReader(bytes)
        guard let order = reader.bytes(2).map(Array.init), [[0x49, 0x49], [0x4D, 0x4D]].contains(order)
        else { return nil }
        reader.isLittleEndian = order == [0x49, 0x49]
        guard reader.integer(2) == 42, let start = reader.integer(4) else { return nil }
        reader.place = start
        guard let count = reader.integer(2) else { return nil }
        for _ in 0..<count {
            let (entry, type) = (reader.integer(2), reader.integer(2))
            guard let number = reader.integer(4) else { return nil }
            // One number of 16 bits, by some programs of 32.
            let size = type == 4 ? 4 : 2
            guard let value = reader.integer(size), reader.bytes(4 - size) != nil else { return nil }
            if entry == 0x0112 { return (type == 3 || type == 4) && number == 1 ? value : nil }
        }
        return nil
    }

    /// The pixels as they were seen.
    func upright(_ image: Image) -> Image {
        let (right, bottom) = (image.width - 1, image.height - 1)
        switch self {
        case .upright: return image
        case .mirrored:
            return image.rearranged(width: image.width, height: image.height) { (right - $0, $1) }
        case .turnedAround:
            return image.rearranged(width: image.width, height: image.height) { (right - $0, bottom - $1) }
        case .upsideDown:
            return image.rearranged(width: image.width, height: image.height) { ($0, bottom - $1) }
        case .transposed: return image.rearranged(width: image.height, height: image.width) { ($1, $0) }
        case .turnedLeft:
            return image.rearranged(width: image.height, height: image.width) { ($1, bottom - $0) }
        case .transversed:
            return image.rearranged(width: image.height, height: image.width) { (right - $1, bottom - $0) }
        case .turnedRight:
            return image.rearranged(width: image.height, height: image.width) { (right - $1, $0) }
        }
    }
}
