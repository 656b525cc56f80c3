import CNibble
import NibbleKernels

/// Texts that live as long as the program, for callers that keep the pointers.
private struct LastingTexts: @unchecked Sendable {
    private let texts: [UnsafePointer<CChar>]

    init(_ texts: [String]) {
        self.texts = texts.map { text in
            let bytes = text.utf8CString
            let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
            for (offset, byte) in bytes.enumerated() { (copy + offset).initialize(to: byte) }
            return UnsafePointer(copy)
        }
    }

    subscript(index: UInt) -> UnsafePointer<CChar>? { index < texts.count ? texts[Int(index)] : nil }

    static let formatNames = LastingTexts(FormatCatalogue.all.map(\.name))
    static let formatSummaries = LastingTexts(FormatCatalogue.all.map(\.summary))
    static let activationNames = LastingTexts(ActivationCatalogue.all.map(\.name))
}

/// See `nibble_format_count` in nibble.h.
@_cdecl("nibble_format_count")
public func formatCount() -> UInt { UInt(FormatCatalogue.all.count) }

/// See `nibble_format_name` in nibble.h.
@_cdecl("nibble_format_name")
public func formatName(_ index: UInt) -> UnsafePointer<CChar>? { LastingTexts.formatNames[index] }

/// See `nibble_format_summary` in nibble.h.
@_cdecl("nibble_format_summary")
public func formatSummary(_ index: UInt) -> UnsafePointer<CChar>? { LastingTexts.formatSummaries[index] }

/// See `nibble_activation_count` in nibble.h.
@_cdecl("nibble_activation_count")
public func activationCount() -> UInt { UInt(ActivationCatalogue.all.count) }

/// See `nibble_activation_name` in nibble.h.
@_cdecl("nibble_activation_name")
public func activationName(_ index: UInt) -> UnsafePointer<CChar>? { LastingTexts.activationNames[index] }
