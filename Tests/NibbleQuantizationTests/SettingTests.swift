import NibbleKernels
import Testing

@testable import NibbleQuantization

@Suite struct SettingTests {
    /// Every format with every option of each kind, all combined.
    static func settings(of format: any NumericFormat) -> [Setting] {
        var result: [Setting] = []
        let rules =
            format.rangeRules.isEmpty
            ? [format.defaultEncoding.rangeRule]
            : format.rangeRules + format.rangeRules.flatMap(variants)
        let roundings = format.rangeRules.isEmpty ? [.halfToEven] : RoundingMode.allCases
        let accumulators = Accumulator.widths.flatMap { bits in
            Accumulator.Overflow.allCases.map { Accumulator(bits: bits, overflow: $0) }
        }
        for granularity in format.granularities {
            for rule in rules {
                for rounding in roundings {
                    for activation in format.activations {
                        for accumulator in accumulators {
                            result.append(
                                Setting(
                                    storage: StorageEncoding(
                                        format: format.name, granularity: granularity, rangeRule: rule,
                                        rounding: rounding),
                                    arithmetic: Arithmetic(activation: activation, accumulator: accumulator)))
                        }
                    }
                }
            }
        }
        return result
    }

    private static func variants(of rule: RangeRule) -> [RangeRule] {
        switch rule {
        case .percentile: [.percentile(100), .percentile(0.1), .percentile(1e-7), .percentile(1.0 / 3)]
        case .clip: [.clip(1), .clip(0.85), .clip(1e-9)]
        case .fractionBits: [.fractionBits(-64), .fractionBits(0), .fractionBits(96)]
        default: []
        }
    }

    @Test func everySettingReadsBackFromItsText() throws {
        for format in FormatCatalogue.all {
            for setting in Self.settings(of: format) {
                let text = setting.description
                let again = try Setting(parsing: text)
                if again != setting { Issue.record("\(text) reads back as \(again)") }
                if again.description != text { Issue.record("\(text) prints as \(again.description)") }
            }
        }
    }

    @Test func defaultsAreLeftOut() throws {
        for format in FormatCatalogue.all {
            #expect(Setting.standard(format).description == format.name)
            let setting = try Setting(parsing: format.name.uppercased())
            #expect(setting.storage == format.defaultEncoding)
            #expect(setting.arithmetic == format.defaultArithmetic && setting.method == .rounding)
            #expect(try Setting(parsing: format.name + " method=rounding").description == format.name)
        }
    }

    @Test func wordsInAnyOrderCapitalsAndCommas() throws {
        let setting = try Setting(
            parsing: " INT4,  Activation=INT8-Token range=MSE,group=32 accumulator=24-saturate ")
        #expect(
            setting.storage
                == StorageEncoding(
                    format: "int4", granularity: .group(32), rangeRule: .meanSquaredError))
        #expect(
            setting.arithmetic
                == Arithmetic(
                    activation: "int8-token", accumulator: Accumulator(bits: 24, overflow: .saturate)))
        #expect(
            setting.description == "int4 group=32 range=mse activation=int8-token accumulator=24-saturate")
        #expect(try Setting.parse(" Original ") == nil)
        #expect(try Setting(parsing: "int4 accumulator=16").arithmetic.accumulator.overflow == .wrap)
    }

    @Test(arguments: [
        ("", "missing"), ("int99", "int"), ("original int4", "original"), ("int4 group=33", "group=16"),
        ("int4 group=", "group=16"), ("int4 group=99999999999999999999", "group=16"),
        ("int4 fast", "no option"),
        ("int4 tensor channel", "twice"), ("int4 range=mse range=mse", "twice"),
        ("int4 range=clip:0", "up to 1"),
        ("int4 range=clip:nan", "up to 1"), ("int4 range=clip:1.01", "up to 1"),
        ("int4 range=clip", "up to 1"),
        ("int4 range=percentile:101", "up to 100"), ("int4 range=percentile:inf", "up to 100"),
        ("int4 range=point:3", "no range rule"), ("fixed8 range=point:97", "-64 to 96"),
        ("fixed8 range=point:1.5", "whole"), ("fixed8 range=clip:0.5", "no range rule"),
        ("int4 range=", "min-max"),
        ("int4 range=mse:3", "alone"), ("int4 rounding=up", "half-even"),
        ("q8_0 rounding=floor", "definition"),
        ("q8_0 range=mse", "definition"), ("q8_0 group=32", "blocks"), ("f16 activation=int8-token", "float"),
        ("int4 activation=", "int8-token"), ("int4 accumulator=18", "24-saturate"),
        ("int4 accumulator=24-explode", "24-saturate"), ("int4 accumulator=", "24-saturate"),
        ("int4 =", "no option"),
        ("int4 a b c d e f g h i j k l m n o p q", "at most 7 words, and this one has 18"),
        ("int4 a b c d e f g", "at most 7 words, and this one has 8"), ("int4 a b c d e f", "no option"),
        ("int4 method=magic", "rounding"), ("int4 method=rounding method=rounding", "method is given twice"),
        ("int4 \u{1B}[31m\u{202E}", "\\u{1B}"),
    ])
    func whatIsWrongIsSaid(_ text: String, _ expected: String) {
        do {
            let setting = try Setting(parsing: text)
            Issue.record("\(text) was read as \(setting)")
        } catch {
            #expect(error.description.contains(expected), "\(error.description)")
            #expect(!error.description.contains("\u{1B}") && ".?".contains(error.description.last ?? " "))
        }
    }

    @Test func everyMoveGivesASettingOfTheCatalogue() throws {
        for format in FormatCatalogue.all {
            for setting in [Setting.standard(format)]
                + Self.settings(of: format).enumerated().compactMap({
                    $0.offset % 97 == 0 ? $0.element : nil
                })
            {
                let moves = [
                    Setting.nextFormat(after: setting), setting.movingBitWidth(by: 1),
                    setting.movingBitWidth(by: -1),
                    setting.movingGranularity(), setting.movingGranularity(by: -1), setting.movingRangeRule(),
                    setting.movingRangeRule(by: -1), setting.movingActivation(), setting.movingAccumulator(),
                    setting.movingClip(by: 1), setting.movingClip(by: -1),
                ]
                for moved in moves.compactMap(\.self) {
                    #expect(moved != setting)
                    #expect(try Setting(parsing: moved.description) == moved)
                }
            }
        }
    }

    @Test func nextFormatVisitsAll() {
        var setting: Setting?
        var names: [String] = []
        for _ in FormatCatalogue.all {
            let next = Setting.nextFormat(after: setting)
            names.append(next.storage.format)
            setting = next
        }
        #expect(names == FormatCatalogue.all.map(\.name))
        #expect(Setting.nextFormat(after: setting).storage.format == names[0])
    }

    @Test func bitWidthStaysInTheFamily() throws {
        let four = try Setting(parsing: "int4-asym group=64 range=mse activation=int8-token")
        #expect(
            four.movingBitWidth(by: 1)?.description == "int5-asym group=64 range=mse activation=int8-token")
        #expect(four.movingBitWidth(by: -1)?.storage.format == "int3-asym")
        #expect(try Setting(parsing: "int8").movingBitWidth(by: 1) == nil)
        #expect(try Setting(parsing: "int2").movingBitWidth(by: -1) == nil)
        #expect(try Setting(parsing: "q8_0").movingBitWidth(by: -1)?.description == "q6_k")
        #expect(try Setting(parsing: "fixed9 range=point:7").movingBitWidth(by: 1)?.description == "fixed10")
    }

    @Test func clipMovesBySteps() throws {
        let start = try Setting(parsing: "int4 group=32")
        let once = try #require(start.movingClip(by: -1))
        #expect(once.description == "int4 group=32 range=clip:0.95" && start.movingClip(by: 1) == nil)
        #expect(once.movingClip(by: -1)?.description == "int4 group=32 range=clip:0.9")
        #expect(once.movingClip(by: 1)?.storage.rangeRule == .clip(1))
        var least = start
        while let next = least.movingClip(by: -1) { least = next }
        #expect(least.storage.rangeRule == .clip(0.05))
        var parameters = TensorParameters()
        parameters.fractionBits = 9
        let fixed = try Setting(parsing: "fixed8")
        #expect(fixed.movingClip(by: -1, parameters: parameters)?.description == "fixed8 range=point:10")
        #expect(try Setting(parsing: "fixed8 range=point:96").movingClip(by: -1) == nil)
        #expect(try Setting(parsing: "q8_0").movingClip(by: 1) == nil)
    }
}
