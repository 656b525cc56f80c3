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
    /// The storages by their numbers: what bytes, and with them errors, follow from.
    private(set) var storages: [StorageEncoding] = []
    /// The number of each setting's storage.
    private var storageOfSetting: [Int] = []
    private var storageNumbers: [StorageEncoding: Int] = [:]
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
        storageOfSetting.append(number(of: setting.storage))
        formatNumbers.append(formatNumber(of: setting.storage.format))
        let format = try? FormatCatalogue.format(named: setting.storage.format)
        layouts.append(shapes.map { try? format?.layout(of: $0, encoding: setting.storage) })
        return settings.count - 1
    }

    private mutating func formatNumber(of name: String) -> Int {
        if let known = formatNames.firstIndex(of: name) { return known }
        formatNames.append(name)
        return formatNames.count - 1
    }

    /// The number of a storage.
    mutating func number(of storage: StorageEncoding) -> Int {
        if let known = storageNumbers[storage] { return known }
        storages.append(storage)
        storageNumbers[storage] = storages.count - 1
        return storages.count - 1
    }

    /// The number of a setting's storage.
    func storage(of setting: Int) -> Int { storageOfSetting[setting] }

    /// The layout of a matrix under a setting, both by their numbers; nil where it can't be used with that shape.
    func layout(ofShape shape: Int, setting: Int) -> PackedLayout? { layouts[setting][shape] }
}
