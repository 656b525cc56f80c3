import Foundation
import NibbleCommandLine
import NibbleText

/// One figure of a benchmark's table.
enum BenchValue: Encodable {
    case text(String)
    case count(Int)
    case number(Double)

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .count(let count): try container.encode(count)
        case .number(let number): try container.encode(number)
        }
    }

    var text: String {
        switch self {
        case .text(let text): text
        case .count(let count): "\(count)"
        case .number(let number): FigureText.plain(number, digits: 4)
        }
    }
}

/// One benchmark's table: the columns' names carry the units, as in `encode_ms`.
struct BenchResult: Encodable {
    let benchmark: String
    let subject: String
    let columns: [String]
    var rows: [[BenchValue]] = []

    private enum Key: String, CodingKey { case benchmark, subject, rows }

    init(_ benchmark: String, subject: String, columns: [String]) {
        self.benchmark = benchmark
        self.subject = subject
        self.columns = columns
    }

    /// Each row as an object.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(benchmark, forKey: .benchmark)
        try container.encode(subject, forKey: .subject)
        try container.encode(
            rows.map { Dictionary(zip(columns, $0), uniquingKeysWith: { first, _ in first }) }, forKey: .rows)
    }

    var text: String {
        var table = TextTable(
            columns.enumerated().map { index, name in
                if case .text = rows.first?[index] { return .text(name) }
                return .number(name)
            })
        for row in rows { table.add(row.map(\.text)) }
        return "\(benchmark): \(subject)".printable + "\n" + table.text
    }
}

/// Where the figures come from.
struct Machine: Encodable {
    let processor: String
    let cores: Int
    let build: String

    static var current: Machine {
        let text = FileManager.default.contents(atPath: "/proc/cpuinfo").map {
            String(decoding: $0, as: UTF8.self)
        }
        let line = text?.split(separator: "\n").first { $0.hasPrefix("model name") }
        let name = line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
        #if DEBUG
            let build = "debug"
        #else
            let build = "release"
        #endif
        return Machine(
            processor: name ?? "unknown", cores: ProcessInfo.processInfo.activeProcessorCount, build: build)
    }
}

/// What `nibble bench` tells.
struct BenchReport: Encodable {
    let schema = "nibble.bench/1"
    let machine = Machine.current
    let results: [BenchResult]

    var text: String {
        let build = machine.build == "debug" ? "debug build: figures mean little" : "release build"
        return "\(machine.processor.printable), \(machine.cores) cores, \(build)\n\n"
            + results.map(\.text).joined(separator: "\n")
    }
}
