import Foundation
import NibbleText

/// What a file truly is that holds no weights which nibble reads, told by its first bytes or, failing that, its name.
///
/// Failed downloads, other frameworks' formats and older versions of formats all come under names that promise weights; the
/// sentence says what the file is and what to do.
struct ForeignContent {
    /// What it is, after “… is ”.
    let what: String
    /// What to do, as a sentence.
    let advice: String
    /// How it begins: one of these, at an offset.
    private var starts: [(offset: Int, bytes: [UInt8])] = []
    /// Endings of names, in small letters, that mean it whatever the bytes are.
    private var endings: [String] = []

    private static func bytes(
        _ what: String, _ starts: [String], at offset: Int = 0, _ advice: String
    ) -> ForeignContent {
        ForeignContent(what: what, advice: advice, starts: starts.map { (offset, Array($0.utf8)) })
    }

    private static func bytes(
        _ what: String, raw starts: [[UInt8]], at offset: Int = 0, endings: [String] = [], _ advice: String
    ) -> ForeignContent {
        ForeignContent(
            what: what, advice: advice, starts: starts.map { (offset, $0) }, endings: endings)
    }

    private static func named(_ what: String, _ endings: [String], _ advice: String) -> ForeignContent {
        ForeignContent(what: what, advice: advice, endings: endings)
    }

    private static let downloadAgain = "Download the file again."
    private static let wantsConversion = "Convert the model to safetensors or GGUF, which nibble reads."

    /// Known beginnings, the more particular first.
    ///
    /// GGML's are 32-bit numbers, written lowest byte first (`llama.h` of
    /// llama.cpp before GGUF, 2023).
    private static let byContent: [ForeignContent] = [
        bytes("a file of GGML’s first format (2023), from before GGUF", ["lmgg"], convertGGML),
        bytes("a GGMF file (2023), from before GGUF", ["fmgg"], convertGGML),
        bytes("a GGJT file (2023), from before GGUF", ["tjgg"], convertGGML),
        bytes(
            "a LoRA adapter in a format of 2023 (GGLA), from before GGUF", ["algg"],
            "Convert the adapter again with llama.cpp’s convert_lora_to_gguf.py."),
        bytes(
            "a pointer of git-xet, not the weights", ["# xet version"],
            "Run “git xet pull” in the model’s folder, or download the file again."),
        // A repository cloned without Git LFS has small texts where the weights should be.
        bytes(
            "a Git LFS pointer, not the weights",
            ["version https://git-lfs", "version https://hawser"],
            "Run “git lfs pull” in the model’s folder."),
        bytes("an XML text, a server’s answer rather than weights", ["<?xml", "<Error>"], downloadAgain),
        bytes(
            "a NumPy array", raw: [[0x93] + Array("NUMPY".utf8)], endings: [".npy"],
            wantsConversion),
        bytes(
            "an HDF5 file, as Keras and TensorFlow write them",
            raw: [[0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]], endings: [".h5", ".keras"],
            wantsConversion),
        bytes("a TensorFlow Lite model", ["TFL3"], at: 4, wantsConversion),
        bytes("a Parquet table, a data set rather than a model", ["PAR1"], "Open a model’s weights."),
        bytes(
            "a llamafile, a program with the weights inside", ["MZqFpD"],
            "Take the GGUF file out of it (unzip FILE), and open that."),
        bytes("a program (ELF)", raw: [[0x7F, 0x45, 0x4C, 0x46]], "Open a model’s weights."),
        bytes("a PDF document", ["%PDF"], "Open a model’s weights."),
        bytes(
            "a compressed archive",
            raw: [
                [0x1F, 0x8B], [0x28, 0xB5, 0x2F, 0xFD], [0xFD, 0x37, 0x7A, 0x58, 0x5A], Array("BZh".utf8),
                [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], Array("Rar!".utf8),
            ], endings: [".gz", ".zst", ".xz", ".bz2", ".7z", ".rar"],
            "Unpack it, and open what is inside."),
        bytes("a tar archive", ["ustar"], at: 257, "Unpack it, and open what is inside."),
    ]

    /// Formats without a beginning of their own.
    private static let byName: [ForeignContent] = [
        named(
            "an unfinished download", [".incomplete", ".part", ".crdownload", ".download", ".aria2", ".tmp"],
            "Finish the download, and open the file under its own name."),
        named("an ONNX model", [".onnx", ".onnx_data"], wantsConversion),
        named("a Flax checkpoint", [".msgpack"], wantsConversion),
        named("a TensorFlow checkpoint", [".ckpt.index", ".pb"], wantsConversion),
        named("an archive of NumPy arrays", [".npz"], wantsConversion),
        named("a Core ML model", [".mlmodel", ".mlpackage"], wantsConversion),
        named("a TensorRT engine", [".engine", ".plan"], wantsConversion),
        named("a CTranslate2, rwkv.cpp or importance file", [".dat"], wantsConversion),
    ]

    private static let convertGGML =
        "Convert it with a llama.cpp of that year (convert_llama_ggml_to_gguf.py), or download the model as GGUF."

    /// What a file is by its first bytes; nil for what may be weights.
    static func of(_ start: [UInt8], byteCount: Int) -> ForeignContent? {
        if byteCount == 0 {
            return ForeignContent(
                what: "empty", advice: "Its download has not begun or has failed: download the file again.")
        }
        if has(Array("GGUF".utf8), at: 0, start) { return nil }
        let found = byContent.first { kind in kind.starts.contains { has($0.bytes, at: $0.offset, start) } }
        return found ?? archive(start) ?? text(start, byteCount: byteCount)
            ?? zeros(start, byteCount: byteCount)
    }

    /// What a file is by its name alone.
    static func named(_ name: String) -> ForeignContent? {
        let name = name.lowercased()
        let kinds = byName + byContent
        if let piece = piece(name) { return piece }
        return kinds.first { kind in kind.endings.contains(where: name.hasSuffix) }
    }

    private static func has(_ bytes: [UInt8], at offset: Int, _ start: [UInt8]) -> Bool {
        start.count >= offset + bytes.count && start[offset..<offset + bytes.count].elementsEqual(bytes)
    }

    /// Large files were once cut in pieces by their bytes: `model.gguf.part1of2`, `model.gguf-split-a`.
    static func piece(_ name: String) -> ForeignContent? {
        guard let end = ["gguf", "safetensors", "bin"].lazy.compactMap({ name.range(of: ".\($0)") }).first
        else { return nil }
        let rest = name[end.upperBound...]
        let isPiece =
            rest.wholeMatch(of: /\.part[0-9]*of[0-9]+|[-.]split-[a-z]|\.part[-_]?[0-9a-z]{1,3}|\.[0-9]{3}/)
            != nil
        return isPiece
            ? ForeignContent(
                what: "one piece of a file that was cut by its bytes",
                advice: "Join all pieces in order (cat PIECES > MODEL\(name[end])), and open the whole.")
            : nil
    }

    /// A ZIP archive that is no pickle of torch.save: what its first entry is called tells.
    private static func archive(_ start: [UInt8]) -> ForeignContent? {
        guard has([0x50, 0x4B, 3, 4], at: 0, start), start.count >= 30 else { return nil }
        // Local file header (APPNOTE.TXT 4.3.7): the name's length at 26, the name at 30.
        let length = Int(start[26]) | Int(start[27]) << 8
        let entry = String(decoding: start[30..<min(start.count, 30 + length)], as: UTF8.self)
        guard entry.hasSuffix(".npy") else { return nil }
        return ForeignContent(
            what: "an archive of NumPy arrays (.npz)",
            advice: "MLX and NumPy write such files: convert the model to safetensors, which nibble reads.")
    }

    /// A text: a web page, or what a server answered in place of the file.
    private static func text(_ start: [UInt8], byteCount: Int) -> ForeignContent? {
        let isText = start.allSatisfy { $0 >= 0x20 && $0 != 0x7F || [0x09, 0x0A, 0x0D].contains($0) }
        guard isText, let text = String(validating: start.prefix(256), as: UTF8.self) ?? lossy(start) else {
            return nil
        }
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        let small = trimmed.lowercased()
        if small.hasPrefix("<!doctype html") || small.hasPrefix("<html") {
            return ForeignContent(
                what: "a web page (HTML) saved in place of the weights",
                advice: "The download failed, or the model asks for a login: download the file again.")
        }
        let line = trimmed.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        return ForeignContent(
            what: "a text of \(byteCount) bytes (“\(line.printable(limit: 60))”), not weights",
            advice: "If it is a server’s answer, download the file again.")
    }

    /// The text up to a character that the looked-at bytes cut.
    private static func lossy(_ start: [UInt8]) -> String? {
        (1...3).lazy.compactMap { String(validating: start.prefix(256).dropLast($0), as: UTF8.self) }.first
    }

    /// Download programs reserve a file's length first.
    private static func zeros(_ start: [UInt8], byteCount: Int) -> ForeignContent? {
        guard byteCount >= 64, start.allSatisfy({ $0 == 0 }) else { return nil }
        return ForeignContent(
            what: "a file that begins with zeros only",
            advice: "Its download was not finished: download the file again.")
    }
}

/// Recognizes what is certainly not weights, so that a sentence can say what it is.
enum ForeignNotice: UnreadFormat {
    static let formatName = "another format"

    private static func content(_ source: CheckpointSource) -> ForeignContent? {
        guard case .file(_, let start, let count) = source else { return nil }
        return ForeignContent.of(start, byteCount: count)
    }

    private static func named(_ source: CheckpointSource) -> [(name: String, content: ForeignContent)] {
        let names =
            switch source {
            case .folder(_, let names): names
            case .file(let url, _, _): [url.lastPathComponent]
            }
        return names.compactMap { name in ForeignContent.named(name).map { (name, $0) } }
    }

    static func recognize(_ source: CheckpointSource) -> Recognition {
        if content(source) != nil { return .byContent }
        return named(source).isEmpty ? .no : .byName
    }

    static func weightFiles(_ source: CheckpointSource) -> [URL] {
        if case .file(let url, _, _) = source { return [url] }
        return named(source).map { source.folder.appendingPathComponent($0.name) }
    }

    static func problem(_ source: CheckpointSource) -> LocationProblem {
        if let content = content(source) { return .foreign(what: content.what, advice: content.advice) }
        let found = named(source)
        guard case .folder = source, let first = found.first else {
            return found.first.map { .foreign(what: $0.content.what, advice: $0.content.advice) }
                ?? .unknownFormat
        }
        return .onlyForeign(file: first.name, what: first.content.what, advice: first.content.advice)
    }
}
