import NibbleJSON
import NibbleText

/// How the weights of a checkpoint are already quantized: what its configuration says, and which tensors hold codes.
///
/// The layouts are those that the methods' own libraries write: AutoGPTQ and AutoAWQ (`qweight`, `qzeros`, `scales`, `g_idx`),
/// compressed-tensors (`weight_packed`, `weight_scale`, …), bitsandbytes (`weight.absmax`, `SCB`), MLX (`scales`, `biases` beside
/// 32-bit weights), HQQ (`W_q`), transformers' FP8 (`weight_scale_inv`) and MXFP4 (`_blocks`, `_scales`).
public struct StoredQuantization: Sendable, Equatable {
    /// The method's name, such as GPTQ; empty where only the tensors tell.
    public let method: String
    /// Bits of a weight's code, where the configuration says so.
    public let bits: Int?
    /// Neighbours that share a scale, −1 for a whole row; nil where the configuration doesn't say.
    public let groupSize: Int?

    /// The names of methods as people write them, where it isn't the configuration's word.
    private static let titles = [
        "gptq": "GPTQ", "awq": "AWQ", "bitsandbytes": "bitsandbytes", "fp8": "FP8", "hqq": "HQQ",
        "aqlm": "AQLM", "vptq": "VPTQ", "spqr": "SpQR", "higgs": "HIGGS", "eetq": "EETQ", "mxfp4": "MXFP4",
        "bitnet": "BitNet", "auto-round": "AutoRound", "fbgemm_fp8": "FBGEMM FP8", "modelopt": "ModelOpt",
        "quanto": "Quanto", "exl2": "EXL2", "exl3": "EXL3", "quark": "Quark",
    ]

    /// What a configuration declares; nil if it declares nothing.
    public init?(_ configuration: ConfigurationFile) {
        if let object = Self.declared(configuration) {
            method = Self.method(object)
            bits = Self.bits(object, method: method)
            groupSize = Self.groupSize(object)
        } else if let object = configuration["quantization"], object["bits"]?.integer != nil {
            (method, bits, groupSize) = ("MLX", object["bits"]?.integer, object["group_size"]?.integer)
        } else {
            return nil
        }
    }

    /// Of a method that no configuration names.
    init() { (method, bits, groupSize) = ("", nil, nil) }

    private static func declared(_ configuration: ConfigurationFile) -> JSONValue? {
        ["quantization_config", "compression_config", "text_config.quantization_config"].lazy
            .compactMap { configuration[$0] }.first { $0.object?.count ?? 0 > 0 }
    }

    private static func method(_ object: JSONValue) -> String {
        let name = object["quant_method"]?.string ?? ""
        if name.isEmpty, object["load_in_4bit"] != nil || object["load_in_8bit"] != nil {
            return "bitsandbytes"
        }
        if name.isEmpty, object["config_groups"] != nil { return "compressed-tensors" }
        return titles[name.lowercased()] ?? name.printable(limit: 40)
    }

    private static func bits(_ object: JSONValue, method: String) -> Int? {
        let keys = ["bits", "w_bit", "nbits", "num_bits", "weight_bits"]
        if let bits = keys.lazy.compactMap({ object[$0]?.integer }).first { return bits }
        if object["load_in_4bit"]?.boolean == true { return 4 }
        if object["load_in_8bit"]?.boolean == true { return 8 }
        if let bits = firstGroup(object)?["num_bits"]?.integer { return bits }
        if let bits = hqq(object)?["nbits"]?.integer { return bits }
        let name = object["quant_type"]?.string ?? object["weights"]?.string ?? object["quant_algo"]?.string
        if let digits = (name ?? torchaoName(object))?.firstMatch(of: /(?i:u?int|fp|float)_?([0-9]+)/) {
            return Int(digits.1)
        }
        return ["FP8": 8, "FBGEMM FP8": 8, "MXFP4": 4, "BitNet": 2, "EETQ": 8][method]
    }

    private static func groupSize(_ object: JSONValue) -> Int? {
        for key in ["group_size", "q_group_size"] {
            if let size = object[key]?.integer { return size }
        }
        return firstGroup(object)?["group_size"]?.integer ?? hqq(object)?["group_size"]?.integer
            ?? object["quant_type_kwargs"]?["group_size"]?.integer
            ?? object["quant_type"]?["default"]?["_data"]?["group_size"]?.integer
    }

    /// The weights of the first scheme of compressed-tensors.
    private static func firstGroup(_ object: JSONValue) -> JSONValue? {
        object["config_groups"]?.object?.members.lazy.compactMap { $0.value.present("weights") }.first
    }

    private static func hqq(_ object: JSONValue) -> JSONValue? {
        object["quant_config"]?["weight_quant_params"]
            ?? object["quant_config"]?.object?.members.lazy
            .compactMap { $0.value["weight_quant_params"] }.first
    }

    private static func torchaoName(_ object: JSONValue) -> String? {
        object["quant_type"]?["default"]?["_type"]?.string
    }

    /// Method, bits and groups: “GPTQ, 4 bits, groups of 32”.
    public var summary: String {
        var parts = [method.isEmpty ? "by a method that config.json does not name" : method]
        if let bits { parts.append(bits == 1 ? "1 bit" : "\(bits) bits") }
        if let groupSize, groupSize > 0 { parts.append("groups of \(groupSize)") }
        if let groupSize, groupSize < 0 { parts.append("one group a row") }
        return parts.joined(separator: ", ")
    }

    /// What a person should know, as a sentence.
    public var sentence: String {
        "The weights are already quantized: \(summary); nibble can browse them, but not run them yet."
    }
}

/// Which tensors of a checkpoint hold codes of quantized weights, which their scales, and which are neither.
public struct StoredCodes: Sendable {
    /// What a tensor is.
    public enum Role: Hashable, Sendable {
        /// Numbers as they are.
        case plain
        /// Codes that stand for so many weights.
        case codes(weightCount: Int)
        /// Scales, zero points, orders: no weights of their own.
        case auxiliary
    }

    private let tensors: [String: TensorDescription]
    private let bits: Int
    private let groupSize: Int?
    /// Whether none of the tensors holds codes: scales belong to codes, so all are plain then.
    public private(set) var isEmpty = false

    /// The roles in a list of tensors, with what a configuration declares.
    init(_ tensors: [String: TensorDescription], _ declared: StoredQuantization?) {
        self.tensors = tensors
        bits = declared?.bits.flatMap { (1...16).contains($0) ? $0 : nil } ?? 4
        groupSize = declared?.groupSize
        isEmpty = !tensors.values.contains { tensor in
            // Most tensors are plain floats, whose names needn't be looked at.
            let type = tensor.elementType
            guard type.isInteger || type.bitCount <= 8 || Self.isPacked(tensor.name) else { return false }
            let (prefix, ending) = Self.split(tensor.name)
            return codes(tensor, prefix, ending) != nil
        }
    }

    /// Whether a tensor is called as packed codes are, whatever its type.
    private static func isPacked(_ name: String) -> Bool {
        name.hasSuffix("W_q") || name.hasSuffix("weight_packed")
    }

    /// Endings of tensors that go with the codes of another, and the endings that the other may have in their place.
    private static let companions: [(ending: String, codes: [String])] = [
        ("qzeros", ["qweight"]), ("scales", ["qweight", "weight"]), ("g_idx", ["qweight"]),
        ("perm", ["qweight"]), ("biases", ["weight"]), ("SCB", ["weight"]), ("weight_format", ["weight"]),
        ("zero", ["W_q"]), ("scale", ["W_q"]), ("meta", ["W_q"]),
    ]
    private static let companionPrefixes = ["weight_", "input_", "output_", "activation_", "weight."]

    /// What a tensor is.
    public func role(of tensor: TensorDescription) -> Role {
        guard !isEmpty else { return .plain }
        let (prefix, ending) = Self.split(tensor.name)
        if let codes = codes(tensor, prefix, ending) { return .codes(weightCount: codes) }
        return isCompanion(tensor, prefix, ending) ? .auxiliary : .plain
    }

    private static func split(_ name: String) -> (prefix: String, ending: String) {
        guard let dot = name.lastIndex(of: ".") else { return ("", name) }
        return (String(name[..<dot]), String(name[name.index(after: dot)...]))
    }

    private func tensor(_ prefix: String, _ ending: String) -> TensorDescription? {
        tensors[prefix.isEmpty ? ending : "\(prefix).\(ending)"]
    }

    /// How many weights the codes of a tensor stand for; nil if it holds none.
    private func codes(_ tensor: TensorDescription, _ prefix: String, _ ending: String) -> Int? {
        let type = tensor.elementType
        func packed(_ bits: Int) -> Int { tensor.elementCount * type.bitCount / max(1, bits) }
        if ending == "qweight", type.isInteger {
            if let order = self.tensor(prefix, "g_idx"), tensor.shape.count == 2 {
                return TensorDescription.elementCount(of: [order.elementCount, tensor.shape[1]])
                    ?? packed(bits)
            }
            return packed(bits)
        }
        if ending == "weight_packed" || ending == "W_q" { return packed(bits) }
        if ending.hasSuffix("_blocks"), type == .u8, has(tensor.name, "_blocks", "_scales") {
            return packed(4)
        }
        guard ending == "weight", tensor.shape.count >= 1 else { return nil }
        return weightCodes(tensor, prefix, packed)
    }

    private func weightCodes(
        _ tensor: TensorDescription, _ prefix: String, _ packed: (Int) -> Int
    ) -> Int? {
        let type = tensor.elementType
        if self.tensor(prefix, "weight.absmax") != nil, type.isInteger { return packed(4) }
        if let scales = self.tensor(prefix, "scales"), type == .u32 {
            guard let groupSize, groupSize > 0 else { return packed(bits) }
            return TensorDescription.elementCount(of: [scales.elementCount, groupSize]) ?? packed(bits)
        }
        let hasScale = ["weight_scale", "weight_scale_inv", "SCB", "scale", "scales"].contains {
            self.tensor(prefix, $0) != nil
        }
        guard hasScale, type.isInteger || type.bitCount == 8 else { return nil }
        return type == .u8 && bits < 8 ? packed(bits) : tensor.elementCount
    }

    private func has(_ name: String, _ ending: String, _ other: String) -> Bool {
        tensors[name.dropLast(ending.count) + other] != nil
    }

    private func isCompanion(_ tensor: TensorDescription, _ prefix: String, _ ending: String) -> Bool {
        if ending.hasSuffix("_scales"), has(tensor.name, "_scales", "_blocks") { return true }
        // Below the name of the weight itself: model.layers.0.mlp.up_proj.weight.absmax.
        if let range = tensor.name.range(of: ".weight.", options: .backwards),
            let weight = tensors[tensor.name[..<range.lowerBound] + ".weight"], weight.elementType.isInteger
        {
            return true
        }
        let isScale =
            ending.hasSuffix("scale") || ending.hasSuffix("scale_inv") || ending.hasSuffix("zero_point")
        let belongs =
            Self.companionPrefixes.contains(where: ending.hasPrefix)
            && (isScale || ["weight_shape", "weight_g_idx", "weight_scale_2"].contains(ending))
        if belongs || ["k_scale", "v_scale", "q_scale"].contains(ending) {
            return hasCodes(prefix, ["weight", "weight_packed"])
        }
        guard let entry = Self.companions.first(where: { $0.ending == ending }) else { return false }
        return hasCodes(prefix, entry.codes)
    }

    private func hasCodes(_ prefix: String, _ endings: [String]) -> Bool {
        endings.contains { ending in
            guard let tensor = tensor(prefix, ending) else { return false }
            return codes(tensor, prefix, ending) != nil
        }
    }
}

extension ElementType {
    /// Whether elements are whole numbers.
    var isInteger: Bool { [.i64, .i32, .i16, .i8, .u64, .u32, .u16, .u8].contains(self) }
}

extension Checkpoint {
    /// Which tensors hold codes and scales.
    public var codes: StoredCodes {
        StoredCodes(tensors, configuration.flatMap { StoredQuantization($0) })
    }

    /// How the weights are quantized already; nil if none of them is, whatever the configuration says.
    public var quantization: StoredQuantization? {
        guard gguf == nil, !codes.isEmpty else { return nil }
        return configuration.flatMap { StoredQuantization($0) } ?? StoredQuantization()
    }
}
