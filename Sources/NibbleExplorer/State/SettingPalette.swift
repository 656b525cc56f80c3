import NibbleKernels
import NibbleQuantization

/// The settings that plans of a model have used, numbered.
///
/// A model has thousands of layers and few settings: whoever goes through layers compares numbers.
struct SettingPalette: Sendable {
    /// The settings by their numbers.
    private(set) var settings: [Setting] = []
    /// The number of each setting's format among `formatNames`.
    private(set) var formatNumbers: [Int] = []
    /// Names of formats, those of the file first.
    private(set) var formatNames: [String]
    private var numbers: [Setting: Int] = [:]
    /// The storages by their numbers: what bytes, and with them errors, follow from.
    private(set) var storages: [StorageEncoding] = []
    /// The number of each setting's storage.
    private var storageOfSetting: [Int] = []
    private var storageNumbers: [StorageEncoding: Int] = [:]

    /// No setting yet, for the formats of a model's layers.
    init(_ structure: LayerStructure) {
        formatNames = structure.storedNames
    }

    /// The number of a setting.
    mutating func number(of setting: Setting) -> Int {
        if let known = numbers[setting] { return known }
        settings.append(setting)
        numbers[setting] = settings.count - 1
        storageOfSetting.append(number(of: setting.storage))
        formatNumbers.append(formatNumber(of: setting.storage.format))
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
}
