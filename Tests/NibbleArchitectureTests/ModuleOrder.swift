/// What each module may import of the package and of other packages: the one-way order of Documentation/Architecture.md.
///
/// A change here is a change of the architecture. What a module may import, it may also leave out.
enum ModuleOrder {
    static let allowed: [String: Set<String>] = {
        let kernels: Set = ["NibbleKernels"]
        let texts: Set = ["NibbleText", "NibbleJSON"]
        let transformers: Set = texts.union([
            "NibbleCheckpoints", "NibbleTokenizers", "NibbleImages", "NibbleKernels",
        ])
        let quantization = transformers.union([
            "NibbleTransformers", "NibbleHome", "NibbleStatistics", "Yams",
        ])
        let evaluation = quantization.subtracting(["Yams"]).union(["NibbleQuantization"])
        let explorer = evaluation.union(["NibbleEvaluation", "NibbleTerminal"])
        let commands = explorer.union(["ArgumentParser"])
        return [
            "NibbleText": [],
            "NibbleJSON": ["NibbleText"],
            "CNibbleKernels": [],
            "NibbleKernels": ["CNibbleKernels"],
            "CNibble": [],
            "NibbleC": ["CNibble", "NibbleKernels"],
            "NibbleStatistics": kernels,
            "CNibbleMapping": [],
            "NibbleCheckpoints": kernels.union(texts).union(["CNibbleMapping"]),
            "NibbleHome": texts.union(["NibbleCheckpoints"]),
            "NibbleTokenizers": texts,
            "CNibbleImages": [],
            "NibbleImages": texts.union(["CNibbleImages"]),
            "NibbleTransformers": transformers,
            "NibbleQuantization": quantization,
            "NibbleEvaluation": evaluation,
            "NibbleTraining": evaluation.union(["NibbleEvaluation"]),
            "CNibbleTerminal": [],
            "NibbleTerminal": ["CNibbleTerminal", "Yams"],
            "NibbleExplorer": explorer,
            "NibbleCommandLine": commands,
            "CNibblePseudoTerminal": [],
            "NibblePseudoTerminal": ["CNibblePseudoTerminal"],
            "NibbleBench": commands.union(["NibbleCommandLine", "NibblePseudoTerminal"]),
            "nibble": commands.union(["NibbleExplorer", "NibbleCommandLine", "NibbleBench"]),
        ]
    }()

    /// What comes with the compiler and the system.
    static let platform: Set<String> = [
        "Dispatch", "Foundation", "FoundationEssentials", "Synchronization", "Glibc", "Musl", "Darwin",
    ]
}
