/// What each module may import of the package and of other packages: the one-way order of Documentation/Architecture.md.
///
/// A change here is a change of the architecture. What a module may import, it may also leave out.
enum ModuleOrder {
    static let allowed: [String: Set<String>] = {
        let kernels: Set = ["NibbleKernels"]
        let transformers: Set = ["NibbleCheckpoints", "NibbleTokenizers", "NibbleKernels"]
        let quantization = transformers.union(["NibbleTransformers", "NibbleStatistics", "Yams"])
        let evaluation = quantization.subtracting(["Yams"]).union(["NibbleQuantization"])
        let explorer = evaluation.union(["NibbleEvaluation", "NibbleTerminal"])
        return [
            "CNibbleKernels": [],
            "NibbleKernels": ["CNibbleKernels"],
            "CNibble": [],
            "NibbleC": ["CNibble", "NibbleKernels"],
            "NibbleStatistics": kernels,
            "NibbleCheckpoints": kernels,
            "NibbleTokenizers": [],
            "NibbleTransformers": transformers,
            "NibbleQuantization": quantization,
            "NibbleEvaluation": evaluation,
            "NibbleTraining": evaluation.union(["NibbleEvaluation"]),
            "CNibbleTerminal": [],
            "NibbleTerminal": ["CNibbleTerminal", "Yams"],
            "NibbleExplorer": explorer,
            "nibble": explorer.union(["NibbleExplorer", "ArgumentParser"]),
        ]
    }()

    /// What comes with the compiler and the system.
    static let platform: Set<String> = [
        "Dispatch", "Foundation", "FoundationEssentials", "Synchronization", "Glibc", "Musl", "Darwin",
    ]
}
