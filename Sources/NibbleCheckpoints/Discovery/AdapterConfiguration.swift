import Foundation
import NibbleJSON
import NibbleText

extension Checkpoint {
    /// What a checkpoint is instead of a model, as a sentence; nil for what may be one.
    public var otherPurpose: String? { gguf == nil ? safetensorsPurpose : ggufPurpose }

    private var safetensorsPurpose: String? {
        guard !orderedTensors.isEmpty else { return "The file holds no tensors." }
        let marks = [
            "lora_A", "lora_B", "lora_embedding", "lora_down", "lora_up", ".lora_magnitude", "lokr_", "hada_",
            "ia3_l", "oft_", ".alpha",
        ]
        guard orderedTensors.allSatisfy({ tensor in marks.contains(where: tensor.name.contains) }) else {
            return nil
        }
        return
            "This is an adapter (LoRA)\(Self.base(files, location)), not a whole model: it changes another model’s weights. "
            + "Merge it into that model (peft: merge_and_unload), and open the result. Its tensors can be browsed all the same."
    }

    /// Whose adapter it is, as the `adapter_config.json` beside it says.
    private static func base(_ files: [MappedFile], _ location: URL) -> String {
        let folder = files.first.map { URL(fileURLWithPath: $0.path).deletingLastPathComponent() } ?? location
        guard let file = try? MappedFile.open(folder.appendingPathComponent("adapter_config.json").path),
            file.count < 1 << 20,
            let json = try? withExtendedLifetime(
                file, { try JSONParser.parse(file.bytes, options: .python) }),
            let name = json["base_model_name_or_path"]?.string, !name.isEmpty
        else { return "" }
        return " of \(name.printable(limit: 120))"
    }

    private var ggufPurpose: String? {
        let all = " It can be browsed all the same."
        switch gguf?["general.type"]?.text ?? gguf?["general.architecture"]?.text {
        case "adapter":
            return
                "This is an adapter (LoRA), not a whole model: llama.cpp applies it to another model (--lora)."
                + all
        case "imatrix": return "This is an importance matrix for llama-quantize, not a model." + all
        case "mmproj", "clip":
            return
                "This is the part of a model that reads images or sound (mmproj), without the language model."
                + all
        case "controlvector": return "This is a control vector for llama.cpp, not a model." + all
        default:
            return orderedTensors.isEmpty ? "The file holds a vocabulary or metadata, but no tensors." : nil
        }
    }
}
