import CNibbleImages
import NibbleText

/// Decodes PNG and JPEG images to red, green and blue of one byte each, as transformers' `load_image` does (image_utils.py): turned
/// upright as Exif says, transparency left aside.
///
/// Grey of 16 bits is cut off at 255 and colours of 16 bits lose their lower byte, as in Pillow; CMYK is taken for Adobe's. A size
/// above the limits of ``ImageSize`` is refused by the header, before memory is taken.
public enum ImageReader {
    /// Decodes an image.
    ///
    /// - Throws: ``ImageError`` with a sentence.
    public static func decode(_ bytes: [UInt8]) throws(ImageError) -> Image {
        let header = try ImageHeader(bytes)
        let size = header.size
        guard size.isReadable else { throw sizeError(size) }
        var message = [CChar](repeating: 0, count: Int(NIBBLE_IMAGE_MESSAGE_SIZE))
        var result = NIBBLE_IMAGE_DECODED
        let pixels = [UInt8](unsafeUninitializedCapacity: 3 * size.width * size.height) { buffer, count in
            let decode = header.kind == .png ? nibble_png_decode : nibble_jpeg_decode
            result = decode(
                bytes, bytes.count, UInt32(size.width), UInt32(size.height), buffer.baseAddress, &message)
            if result == NIBBLE_IMAGE_DECODED { count = buffer.count }
        }
        guard result == NIBBLE_IMAGE_DECODED else {
            throw error(result, message: text(message), kind: header.kind)
        }
        return header.orientation.upright(Image(width: size.width, height: size.height, pixels: pixels))
    }

    private static func text(_ message: [CChar]) -> String {
        let bytes = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self).printable(limit: 120)
    }

    private static func sizeError(_ size: ImageSize) -> ImageError {
        guard size.width > 0, size.height > 0 else {
            return .size("The image is \(size.text): it has no pixels.")
        }
        return .size(
            "The image is \(size.text) pixels: nibble reads at most \(ImageSize.longestEdge) along an edge and "
                + "\(ImageSize.mostPixels / 1_000_000) million in all.")
    }

    private static func error(
        _ result: nibble_image_result, message: String, kind: ImageHeader.Kind
    ) -> ImageError {
        switch result {
        case NIBBLE_IMAGE_CUT_SHORT: .cutShort("The image is cut short: the file ends before its last pixel.")
        case NIBBLE_IMAGE_OUT_OF_MEMORY: .size("There is not enough memory for the image.")
        default:
            .damaged("The image is damaged: \(kind == .png ? "libpng" : "libjpeg") says “\(message)”.")
        }
    }
}
