import NibbleCheckpoints
import NibbleCommandLine
import NibbleEvaluation
import NibbleQuantization
import NibbleText
import NibbleTransformers

/// What `nibble inspect` tells.
struct InspectReport: Encodable {
    struct Layer: Encodable {
        let name: String
        let role: String
        let rows: Int
        let columns: Int
        let storage: String?
        let bytes: Int
        let tensor: String
        let tied: [String]
    }

    struct OtherTensor: Encodable {
        let name: String
        let type: String
        let shape: [Int]
    }

    struct TokenizerInformation: Encodable {
        let vocabularySize: Int
        let beginOfText: Int?
        let endOfText: [Int]
    }

    struct Memory: Encodable {
        let needed: Int
        let available: Int?
        let fits: Bool
        let contextLength: Int
    }

    let schema = "nibble.inspect/1"
    let name: String
    let kind: String
    let architecture: String
    let modelType: String?
    let parameters: Int
    let weightBytes: Int
    let contextLength: Int
    let vocabularySize: Int
    let layers: [Layer]
    let otherTensors: [OtherTensor]
    let tokenizer: TokenizerInformation?
    /// How images are prepared; nil for models that read none.
    let images: String?
    let memory: Memory?
    let canRun: Bool
    let runProblem: String?
    let warnings: [String]
    /// Keys and tensors that aren't used and aren't known to change nothing.
    let notUnderstood: [String]
    /// Files that the model is stored in.
    let files: Int

    init(_ model: TransformerModel) {
        name = model.name
        kind = model.checkpoint.kind
        architecture = model.architecture
        modelType = model.checkpoint.configuration?.modelType
        parameters = model.parameterCount
        weightBytes = model.checkpoint.totalByteCount
        contextLength = model.contextLength
        vocabularySize = model.vocabularySize
        layers = model.layers.map { layer in
            Layer(
                name: layer.id.name, role: layer.role.rawValue, rows: layer.shape.rows,
                columns: layer.shape.columns,
                storage: layer.storedName,
                bytes: layer.storedByteCount, tensor: layer.tensorName,
                tied: layer.tiedNames)
        }
        otherTensors = model.otherTensors.map {
            OtherTensor(name: $0.name, type: $0.elementType.safetensorsName, shape: $0.shape)
        }
        tokenizer = model.tokenizer.map {
            TokenizerInformation(
                vocabularySize: $0.vocabularySize, beginOfText: $0.beginOfText,
                endOfText: $0.endOfText.sorted())
        }
        images = model.imagePreparation?.text ?? model.imageProblem
        memory = model.description.map { _ in
            let budget = MemoryBudget.current()
            let length = min(model.contextLength, 4096)
            let needed = model.memoryNeeded(weights: nil, contextLength: length)
            return Memory(
                needed: needed, available: budget.availableByteCount, fits: budget.allows(needed),
                contextLength: length)
        }
        let continuesTexts = model.description.map { $0.kind == .causalLanguageModel } ?? true
        runProblem = continuesTexts ? model.runProblem : EncoderRun.problem(of: model)
        canRun = runProblem == nil
        warnings = model.remarks
        notUnderstood = model.notUnderstood
        files = model.checkpoint.partCount
    }
}

extension InspectReport {
    /// The report for a person.
    var text: String {
        var table = TextTable([
            .text("layer"), .text("role"), .number("rows"), .number("columns"), .text("stored"),
            .number("size"),
            .text("tied to"),
        ])
        for layer in layers {
            table.add([
                layer.name, layer.role, "\(layer.rows)", "\(layer.columns)", layer.storage ?? "unreadable",
                FigureText.bytes(layer.bytes), layer.tied.joined(separator: ", "),
            ])
        }
        return FieldList.text(fields) + "\n" + table.text
    }

    private var fields: [(name: String, value: String)] {
        let kindOfModel = [architecture, modelType.map { "(\($0))" } ?? ""].filter { !$0.isEmpty }
        return [
            ("model", name), ("format", files > 1 ? "\(kind), \(files) files" : kind),
            ("architecture", kindOfModel.isEmpty ? "unknown" : kindOfModel.joined(separator: " ")),
            ("parameters", FigureText.count(parameters)), ("weights", FigureText.bytes(weightBytes)),
            ("layers", "\(layers.count)"), ("other tensors", "\(otherTensors.count)"),
            ("context", contextLength > 0 ? "\(contextLength) tokens" : ""),
            ("vocabulary", vocabularySize > 0 ? "\(vocabularySize) tokens" : ""),
            ("tokenizer", tokenizer.map { "\($0.vocabularySize) tokens" } ?? "none"),
            ("images", images ?? ""), ("memory", memoryText),
            ("can run", canRun ? "yes" : "no: \(runProblem ?? "")"),
        ] + warnings.map { ("remark", $0) }
            // One name alone stands in its remark.
            + (notUnderstood.count > 1 ? notUnderstood : []).map { ("not understood", $0) }
    }

    private var memoryText: String {
        guard let memory else { return "" }
        let figure = MemoryBudget(availableByteCount: memory.available).figure(needed: memory.needed)
        return (figure ?? "needs \(FigureText.bytes(memory.needed))")
            + " for a run of \(memory.contextLength) tokens" + (memory.fits ? "" : ", too much")
    }
}
