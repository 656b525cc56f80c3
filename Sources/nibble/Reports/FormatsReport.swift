import NibbleKernels
import NibbleQuantization

/// What `nibble formats` tells.
struct FormatsReport: Encodable {
    struct Part: Encodable {
        let content: String
        let count: Int
        let bits: Int
        let type: String?
    }

    struct Field: Encodable {
        let name: String
        let firstByte: Int?
        let lastByte: Int?
        let parts: [Part]
        let meaning: String

        init(_ field: FormatField, bytes: Range<Int>?) {
            name = field.name
            firstByte = bytes?.first
            lastByte = bytes?.last
            parts = field.parts.map {
                Part(
                    content: $0.content.rawValue, count: $0.count, bits: $0.width,
                    type: $0.type.isEmpty ? nil : $0.type)
            }
            meaning = field.meaning
        }
    }

    struct Record: Encodable {
        let unit: String
        let weights: Int
        let bytes: Int
        let fields: [Field]
        let shared: [Field]
    }

    struct Bits: Encodable {
        let codes, scales, minima, tensor, padding: Double
    }

    struct Loops: Encodable {
        let kind: String
        let arithmetic: String
        let source: String

        init(_ path: ProductPath) {
            kind = path.kind
            arithmetic = path.arithmetic.rawValue
            source = path.source.rawValue
        }
    }

    struct Path: Encodable {
        let activations: [String]
        let decode: Loops
        let prefill: Loops
    }

    struct Source: Encodable {
        let author, title: String
        let year: Int
        let place: String?
    }

    struct Format: Encodable {
        let name: String
        let setting: String
        let family: String
        let summary: String
        let isReadOnly: Bool
        let bitsPerWeight: Double
        let bits: Bits
        let layout: Record
        let paths: [Path]
        let hardware: String
        let writers: [String]
        let runners: [String]
        let sources: [Source]
    }

    struct Activation: Encodable {
        let name: String
        let summary: String
        let codeBits: Int?
        let blockSize: Int?
    }

    let schema = "nibble.formats/1"
    let rows = FormatSheet.usualShape.rows
    let columns = FormatSheet.usualShape.columns
    let instructions = InstructionSet.current.name
    let formats: [Format]
    let activations: [Activation]

    /// - Parameter settings: the options of each sheet, in its order.
    init(_ sheets: [FormatSheet], _ settings: [Setting], activations: Bool) {
        formats = zip(sheets, settings).map(Format.init)
        self.activations =
            activations
            ? ActivationCatalogue.all.map {
                Activation(
                    name: $0.name, summary: $0.summary, codeBits: $0.codeBits, blockSize: $0.blockSize)
            } : []
    }
}

extension FormatsReport.Format {
    init(_ sheet: FormatSheet, _ setting: Setting) {
        name = sheet.format.name
        self.setting = setting.description
        family = sheet.format.family.name
        summary = sheet.format.summary
        isReadOnly = sheet.isReadOnly
        bitsPerWeight = sheet.layout.bitsPerWeight
        let shares = sheet.shares
        bits = .init(
            codes: shares.codes, scales: shares.scales, minima: shares.minima, tensor: shares.tensor,
            padding: shares.padding)
        layout = .init(sheet.record)
        paths = sheet.paths.map {
            .init(activations: $0.activations, decode: .init($0.decode), prefill: .init($0.prefill))
        }
        hardware = sheet.card.hardware
        writers = sheet.card.writers
        runners = sheet.card.runners
        sources = sheet.card.sources.map {
            .init(
                author: $0.author, title: $0.title, year: $0.year, place: $0.place.isEmpty ? nil : $0.place)
        }
    }
}

extension FormatsReport.Record {
    init(_ record: FormatRecord) {
        unit = record.unit.rawValue
        weights = record.weights
        bytes = record.byteCount
        fields = zip(record.fields, record.byteRanges).map { .init($0, bytes: $1) }
        shared = record.shared.map { .init($0, bytes: nil) }
    }
}
