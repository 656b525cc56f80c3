import CNibble
import NibbleKernels

/// What a caller's setting describes: how a matrix is stored, and how it is multiplied.
struct CallSetting {
    /// What determines the packed bytes.
    private(set) var storage: StorageEncoding
    /// How they are multiplied.
    private(set) var arithmetic: Arithmetic

    /// Reads a setting; what it leaves out is the format's default.
    init(_ pointer: UnsafePointer<nibble_setting>?) throws(CallError) {
        let pointer = try Arguments.pointer(pointer, "setting")
        try Arguments.size(
            pointer.pointee.size, atLeast: MemoryLayout<nibble_setting>.size, of: pointer, "nibble_setting",
            isInput: true)
        let setting = pointer.pointee
        let name = try Arguments.text(setting.format, "format")
        let format = try library { () throws(KernelError) in try FormatCatalogue.format(named: name) }
        storage = format.defaultEncoding
        arithmetic = format.defaultArithmetic
        if let granularity = try setting.chosenGranularity { storage.granularity = granularity }
        if let rule = try setting.chosenRangeRule { storage.rangeRule = rule }
        storage.rounding = try setting.chosenRounding
        if storage.rounding != .halfToEven, format.rangeRules.isEmpty {
            throw CallError(
                argument: "The rounding of \(format.name) is part of its definition: set rounding to 0.")
        }
        if let activation = setting.activation {
            arithmetic.activation = try Arguments.text(activation, "activation")
        }
        arithmetic.accumulator = try setting.chosenAccumulator
    }
}

extension nibble_setting {
    fileprivate var chosenGranularity: Granularity? {
        get throws(CallError) {
            guard group_size == 0 || granularity == NIBBLE_GRANULARITY_GROUP else {
                throw CallError(
                    argument: "A group_size of \(group_size) needs the granularity NIBBLE_GRANULARITY_GROUP.")
            }
            switch granularity {
            case NIBBLE_GRANULARITY_DEFAULT: return nil
            case NIBBLE_GRANULARITY_TENSOR: return .tensor
            case NIBBLE_GRANULARITY_CHANNEL: return .channel
            case NIBBLE_GRANULARITY_GROUP: return .group(Int(group_size))
            default: throw CallError(constant: granularity, of: "granularity", last: NIBBLE_GRANULARITY_GROUP)
            }
        }
    }

    fileprivate var chosenRangeRule: RangeRule? {
        get throws(CallError) {
            switch range_rule {
            case NIBBLE_RANGE_DEFAULT: return nil
            case NIBBLE_RANGE_MIN_MAX: return .minMax
            case NIBBLE_RANGE_PERCENTILE: return .percentile(range_value)
            case NIBBLE_RANGE_MEAN_SQUARED_ERROR: return .meanSquaredError
            case NIBBLE_RANGE_CLIP: return .clip(range_value)
            case NIBBLE_RANGE_FRACTION_BITS: return .fractionBits(try fractionBits)
            case NIBBLE_RANGE_SCALE_RULE: return .scale(try chosenScaleRule)
            default: throw CallError(constant: range_rule, of: "range_rule", last: NIBBLE_RANGE_SCALE_RULE)
            }
        }
    }

    private var fractionBits: Int {
        get throws(CallError) {
            guard let bits = Int(exactly: range_value) else {
                throw CallError(
                    argument: "The fraction bits in range_value are \(range_value): a whole number is needed."
                )
            }
            return bits
        }
    }

    private var chosenScaleRule: ScaleRule {
        get throws(CallError) {
            let name = try Arguments.text(scale_rule, "scale_rule")
            guard let rule = ScaleRule(rawValue: name) else {
                let names = ScaleRule.allCases.map(\.rawValue).joined(separator: ", ")
                throw CallError(argument: "There is no scale_rule “\(name.prefix(40))”; there are \(names).")
            }
            return rule
        }
    }

    fileprivate var chosenRounding: RoundingMode {
        get throws(CallError) {
            let modes: [Int32: RoundingMode] = [
                NIBBLE_ROUNDING_HALF_TO_EVEN: .halfToEven,
                NIBBLE_ROUNDING_HALF_AWAY_FROM_ZERO: .halfAwayFromZero,
                NIBBLE_ROUNDING_HALF_UP: .halfUp,
                NIBBLE_ROUNDING_FLOOR: .floor,
                NIBBLE_ROUNDING_TRUNCATE: .truncate,
                NIBBLE_ROUNDING_CEILING: .ceiling,
            ]
            guard let mode = modes[rounding] else {
                throw CallError(constant: rounding, of: "rounding", last: NIBBLE_ROUNDING_CEILING)
            }
            return mode
        }
    }

    fileprivate var chosenAccumulator: Accumulator {
        get throws(CallError) {
            let bits = accumulator_bits == 0 ? Accumulator.wide.bits : Int(accumulator_bits)
            switch accumulator_overflow {
            case NIBBLE_OVERFLOW_WRAP: return Accumulator(bits: bits, overflow: .wrap)
            case NIBBLE_OVERFLOW_SATURATE: return Accumulator(bits: bits, overflow: .saturate)
            default:
                throw CallError(
                    constant: accumulator_overflow, of: "accumulator_overflow", last: NIBBLE_OVERFLOW_SATURATE
                )
            }
        }
    }
}

extension CallError {
    /// A constant that the header doesn't define.
    fileprivate init(constant: Int32, of name: String, last: Int32) {
        self.init(argument: "The \(name) \(constant) is none of the header's constants, 0 to \(last).")
    }
}
