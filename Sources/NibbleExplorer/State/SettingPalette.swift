import NibbleKernels
import NibbleQuantization

/// The settings that plans of a model have used, numbered, with the layouts that they give.
///
/// A model has thousands of layers and few settings: whoever goes through layers compares numbers.
struct SettingPalette: Sendable {
    /// The settings by their numbers.
    private(set) var settings: [Setting] = []
    /// The number of each setting's format among `formatNames`.
    private(set) var formatNumbers: [Int] = []
    /// Names of formats, those of the file first.
    private(set) var formatNames: [String]
    private let shapes: [MatrixShape]
    private var numbers: [Setting: Int] = [:]
    /// The number of what a setting's bytes follow from, by the setting's number.
    private var storages: [Int] = []
    private var storageNumbers: [Setting: Int] = [:]
    /// The layout of each shape, by the setting's number; nil where the setting can't be used with the shape.
    private var layouts: [[PackedLayout?]] = []

    /// No setting yet, for the shapes and formats of a model's layers.
    init(_ structure: LayerStructure) {
        shapes = structure.shapes
        formatNames = structure.storedNames
    }

    /// The number of a setting.
    mutating func number(of setting: Setting) -> Int {
        if let known = numbers[setting] { return known }
        settings.append(setting)
        numbers[setting] = settings.count - 1
        let storage = Self.storage(of: setting)
        let storageNumber = storageNumbers[storage] ?? storageNumbers.count
        storageNumbers[storage] = storageNumber
        storages.append(storageNumber)
        formatNumbers.append(formatNumber(of: setting.encoding.format))
        let (encoding, format) = (
            setting.encoding, try? FormatCatalogue.format(named: setting.encoding.format)
        )
        layouts.append(shapes.map { try? format?.layout(of: $0, encoding: encoding) })
        return settings.count - 1
    }

    private mutating func formatNumber(of name: String) -> Int {
        if let known = formatNames.firstIndex(of: name) { return known }
        formatNames.append(name)
        return formatNames.count - 1
    }

    /// The number of what a setting's bytes, and with them a layer's error, follow from.
    func storage(of number: Int) -> Int { storages[number] }

    /// What of a setting its bytes follow from.
    private static func storage(of setting: Setting) -> Setting { setting }

    /// The layout of a matrix under a setting, both by their numbers; nil where it can't be used with that shape.
    func layout(ofShape shape: Int, setting: Int) -> PackedLayout? { layouts[setting][shape] }
}
