import NibbleJSON
import NibbleText

/// Reads what `preprocessor_config.json` says, in the form of today and in that of old feature extractors.
struct PreparationReader {
    static let file = "preprocessor_config.json"

    private let json: JSONObject
    private let kind: ImageProcessorKind

    init(_ bytes: [UInt8], modelType: String) throws(ImageError) {
        let value: JSONValue
        do throws(JSONError) { value = try JSONParser.parse(bytes, options: .python) } catch {
            throw Self.error("is no JSON: \(error)")
        }
        guard let json = value.object else { throw Self.error("holds \(value.phrase), not an object.") }
        self.json = json
        kind = try Self.kind(json, modelType)
    }

    private static func error(_ problem: String) -> ImageError { .preparation("\(file) \(problem)") }

    private static func kind(
        _ json: JSONObject, _ modelType: String
    ) throws(ImageError) -> ImageProcessorKind {
        let types = ["image_processor_type", "feature_extractor_type"].compactMap { json[$0]?.string }
        guard let type = types.first else { return .usual(for: modelType) }
        if let kind = ImageProcessorKind.named(type) { return kind }
        let known = ImageProcessorKind.all.map { $0.name + "ImageProcessor" }.joined(separator: ", ")
        throw error("names the processor “\(type.printable(limit: 60))”; nibble knows \(known).")
    }

    /// The preparation.
    func preparation() throws(ImageError) -> ImagePreparation {
        for key in Self.unsupported {
            if let value = present(key), value != .boolean(false) {
                throw Self.error("asks for \(key), which nibble does not do.")
            }
        }
        return ImagePreparation(
            target: try flag("do_resize") ? try target() : nil, filter: try filter(),
            crop: try flag("do_center_crop", kind.isCropped) ? try crop() : nil,
            factor: try flag("do_rescale") ? try factor() : nil,
            normalization: try flag("do_normalize") ? try normalization() : nil)
    }

    /// What would give other numbers.
    private static let unsupported = [
        "do_pad", "do_flip_channel_order", "crop_pct", "offset", "rescale_offset", "include_top",
        "do_convert_grayscale",
    ]

    /// Keys that change no number, besides those that are read.
    private static let harmless: Set<String> = [
        "image_processor_type", "feature_extractor_type", "processor_class", "_processor_class", "auto_map",
        "do_convert_rgb", "do_reduce_labels", "reduce_labels", "return_tensors", "data_format",
        "input_data_format", "device", "size_divisor", "default_to_square", "pad_size", "num_channels",
        "disable_grouping", "image_seq_length", "_valid_processor_keys", "do_resize", "size", "resample",
        "do_center_crop", "crop_size", "do_rescale", "rescale_factor", "do_normalize", "image_mean",
        "image_std",
    ]

    /// What a person should know: keys that nibble doesn't understand.
    var remarks: [String] {
        let known = Self.harmless.union(Self.unsupported)
        let others = json.members.map(\.key).filter { !known.contains($0) && present($0) != nil }
        guard !others.isEmpty else { return [] }
        let names = others.prefix(8).map { $0.printable(limit: 40) }.joined(separator: ", ")
        return [
            "\(Self.file): nibble does not understand \(names)\(others.count > 8 ? ", …" : ""), so what it makes of images "
                + "may be wrong."
        ]
    }

    private func present(_ key: String) -> JSONValue? {
        json[key].flatMap { $0 == .null ? nil : $0 }
    }

    private func flag(_ key: String, _ usual: Bool = true) throws(ImageError) -> Bool {
        guard let value = present(key) else { return usual }
        if let flag = value.boolean { return flag }
        throw Self.error("gives \(key) as \(value.phrase): it must be true or false.")
    }

    private func edge(_ value: JSONValue?, _ key: String) throws(ImageError) -> Int {
        if let edge = value?.integer, (1...16_384).contains(edge) { return edge }
        let given = value?.phrase ?? "nothing"
        throw Self.error("gives \(given) as \(key): it must be a whole number from 1 to 16384.")
    }

    private func target() throws(ImageError) -> ImagePreparation.Target {
        guard let size = present("size") else { return kind.target }
        if size.integer != nil || size.number != nil {
            let edge = try edge(size, "size")
            let isSquare = present("default_to_square")?.boolean ?? kind.isSquare
            return isSquare ? .exact(ImageSize(edge)) : .shortestEdge(edge, longest: nil)
        }
        if size.array != nil { return .exact(try self.size(size, "size")) }
        if size.present("shortest_edge") != nil {
            let longest: Int? =
                if let value = size.present("longest_edge") { try edge(value, "size.longest_edge") } else {
                    nil
                }
            return .shortestEdge(try edge(size["shortest_edge"], "size.shortest_edge"), longest: longest)
        }
        if size.present("max_height") != nil, size.present("max_width") != nil {
            return .within(
                ImageSize(
                    height: try edge(size["max_height"], "size.max_height"),
                    width: try edge(size["max_width"], "size.max_width")))
        }
        return .exact(try self.size(size, "size"))
    }

    private func crop() throws(ImageError) -> ImageSize {
        guard let value = present("crop_size") else { return kind.crop }
        return try size(value, "crop_size")
    }

    /// One number for a square, height and width in a list, or by name.
    private func size(_ value: JSONValue, _ key: String) throws(ImageError) -> ImageSize {
        if value.number != nil { return ImageSize(try edge(value, key)) }
        if let list = value.array, list.count == 2 {
            return ImageSize(height: try edge(list[0], key), width: try edge(list[1], key))
        }
        guard value.present("height") != nil, value.present("width") != nil else {
            throw Self.error(
                "gives \(value.phrase) as \(key): nibble knows a number, height and width"
                    + (key == "size"
                        ? ", shortest_edge with or without longest_edge, max_height and max_width." : "."))
        }
        return ImageSize(
            height: try edge(value["height"], key + ".height"),
            width: try edge(value["width"], key + ".width"))
    }

    private func filter() throws(ImageError) -> ResizeFilter {
        guard let value = present("resample") else { return kind.filter }
        if let filter = value.integer.flatMap(ResizeFilter.init) { return filter }
        let known = ResizeFilter.allCases.map { "\($0.rawValue) \($0)" }.joined(separator: ", ")
        throw Self.error("gives \(value.phrase) as resample, which is no filter: Pillow's are \(known).")
    }

    private func factor() throws(ImageError) -> Double {
        guard let value = present("rescale_factor") else { return 1 / 255 }
        if let factor = value.number, factor.isFinite { return factor }
        throw Self.error("gives \(value.phrase) as rescale_factor: it must be a number.")
    }

    private func normalization() throws(ImageError) -> ImagePreparation.Normalization {
        let mean = try channels("image_mean", kind.mean)
        let deviation = try channels("image_std", kind.deviation)
        guard !deviation.contains(0) else { throw Self.error("gives an image_std of 0.") }
        return ImagePreparation.Normalization(mean: mean, deviation: deviation)
    }

    /// One number for all channels, or one for each.
    private func channels(_ key: String, _ usual: [Float]) throws(ImageError) -> [Float] {
        guard let value = present(key) else { return usual }
        let numbers = (value.array ?? [value, value, value]).compactMap(\.number).map(Float.init)
        guard numbers.count == 3, numbers.allSatisfy(\.isFinite) else {
            throw Self.error(
                "gives \(value.phrase) as \(key): it must be three numbers, of red, green and blue.")
        }
        return numbers
    }
}

extension ImagePreparation {
    /// The preparation of a model, with what a person should know of it; nil where the folder has no such file.
    ///
    /// - Parameter modelType: The `model_type` of `config.json`: it chooses the processor where the file names none.
    /// - Throws: ``ImageError/preparation(_:)`` for a file that cannot be read, an unknown processor or filter, and numbers that
    ///   cannot be meant.
    public static func read(
        folder: String, modelType: String
    ) throws(ImageError) -> (preparation: ImagePreparation, remarks: [String])? {
        let path = folder + "/" + PreparationReader.file
        guard SystemPath.status(path) != nil else { return nil }
        let bytes: [UInt8]
        do throws(ImageError) { bytes = try ImageFile.bytes(path, limit: 1 << 20) } catch {
            throw .preparation("\(PreparationReader.file) cannot be used: \(error)")
        }
        return try read(bytes, modelType: modelType)
    }

    /// The preparation that the bytes of such a file describe.
    ///
    /// - Throws: ``ImageError/preparation(_:)``.
    public static func read(
        _ bytes: [UInt8], modelType: String
    ) throws(ImageError) -> (preparation: ImagePreparation, remarks: [String]) {
        let reader = try PreparationReader(bytes, modelType: modelType)
        return (try reader.preparation(), reader.remarks)
    }
}
