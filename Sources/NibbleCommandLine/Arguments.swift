import ArgumentParser
import NibbleKernels
import NibbleQuantization
import NibbleText
import NibbleTransformers

/// Checks of arguments that several commands share.
public enum Arguments {
    /// Turns a refused argument into a usage error.
    public static func usage(_ body: () throws -> Void) throws {
        do { try body() } catch { throw ValidationError("\(error)") }
    }

    /// Refuses less than one thread.
    public static func check(threads: Int?) throws {
        guard let threads, !(1...1024).contains(threads) else { return }
        throw ValidationError("--threads \(threads) is out of range: give 1 to 1024.")
    }

    /// The layers that a pattern means, in the order of the model.
    ///
    /// - Throws: ``CommandError/noLayer(_:)`` if it means none.
    public static func layers(matching pattern: String, in model: TransformerModel) throws -> [LinearLayer] {
        // Any setting will do: only which layers get it matters.
        let marker = Setting(
            storage: StorageEncoding(format: "f32", granularity: .fixed), arithmetic: .float)
        let plan = Plan(rules: [try PlanRule(pattern: pattern, setting: marker)])
        let matched = ResolvedPlan(plan, model: model)
        let layers = model.layers.filter { matched.setting(of: $0.id) != nil }
        guard !layers.isEmpty else { throw CommandError.noLayer(pattern: pattern, model: model) }
        return layers
    }
}

/// Why a command cannot be carried out, as a sentence.
public struct CommandError: Error, CustomStringConvertible {
    /// The sentence.
    public let description: String

    /// An error with its sentence.
    public init(description: String) { self.description = description }

    /// No layer has a name that matches.
    public static func noLayer(pattern: String, model: TransformerModel) -> CommandError {
        let examples = model.layers.prefix(3).map(\.id.name.printable).joined(separator: ", ")
        let hint =
            examples.isEmpty
            ? "It has no layer that can be quantized."
            : "It has \(model.layers.count) layers, such as \(examples); nibble inspect lists them."
        return CommandError(
            description: "No layer of \(model.name.printable) matches \(pattern.printable). \(hint)")
    }
}

extension VectorStorage: ExpressibleByArgument {}
