// swift-tools-version: 6.2
import PackageDescription

// The order of the targets is that of Documentation/Architecture.md: a target may depend only on targets above it. It names
// every target whose types it holds, also those that it never imports: an incremental build sees only the changes of what is
// named.
let package = Package(
    name: "nibble",
    products: [
        .executable(name: "nibble", targets: ["nibble"]),
        .library(name: "NibbleKernels", targets: ["NibbleKernels"]),
        .library(name: "NibbleC", type: .dynamic, targets: ["NibbleC", "CNibble"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .target(name: "NibbleText"),
        .target(name: "NibbleJSON", dependencies: ["NibbleText"]),
        .target(name: "CNibbleKernels"),
        .target(name: "NibbleKernels", dependencies: ["CNibbleKernels"]),
        .target(name: "CNibble"),
        .target(name: "NibbleC", dependencies: ["CNibble", "NibbleKernels"]),
        .target(name: "NibbleStatistics", dependencies: ["NibbleKernels"]),
        .target(name: "CNibbleMapping"),
        .target(
            name: "NibbleCheckpoints",
            dependencies: ["CNibbleMapping", "NibbleJSON", "NibbleText", "NibbleKernels"]),
        .target(name: "NibbleHome", dependencies: ["NibbleCheckpoints", "NibbleText"]),
        .target(name: "NibbleTokenizers", dependencies: ["NibbleJSON", "NibbleText"]),
        .target(
            name: "CNibbleImages", linkerSettings: [.linkedLibrary("png"), .linkedLibrary("jpeg")]),
        .target(name: "NibbleImages", dependencies: ["CNibbleImages", "NibbleJSON", "NibbleText"]),
        .target(
            name: "NibbleTransformers",
            dependencies: [
                "NibbleCheckpoints", "NibbleTokenizers", "NibbleImages", "NibbleJSON", "NibbleText",
                "NibbleKernels",
            ]),
        .target(
            name: "NibbleQuantization",
            dependencies: [
                "NibbleTransformers", "NibbleTokenizers", "NibbleImages", "NibbleHome", "NibbleStatistics",
                "NibbleCheckpoints", "NibbleText", "NibbleKernels", "Yams",
            ]),
        .target(
            name: "NibbleEvaluation",
            dependencies: [
                "NibbleQuantization", "NibbleTransformers", "NibbleTokenizers", "NibbleImages",
                "NibbleStatistics", "NibbleCheckpoints", "NibbleText", "NibbleJSON", "NibbleKernels",
            ]),
        .target(
            name: "CNibbleTerminal",
            linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
        .target(name: "NibbleTerminal", dependencies: ["CNibbleTerminal", "Yams"]),
        .target(
            name: "NibbleExplorer",
            dependencies: [
                "NibbleTerminal", "NibbleEvaluation", "NibbleQuantization", "NibbleTransformers",
                "NibbleTokenizers", "NibbleImages", "NibbleHome", "NibbleStatistics", "NibbleCheckpoints",
                "NibbleText", "NibbleKernels",
            ]),
        .target(
            name: "NibbleCommandLine",
            dependencies: [
                "NibbleTerminal", "NibbleQuantization", "NibbleTransformers", "NibbleImages", "NibbleHome",
                "NibbleText", "NibbleKernels",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .target(name: "CNibblePseudoTerminal"),
        .target(name: "NibblePseudoTerminal", dependencies: ["CNibblePseudoTerminal"]),
        .target(
            name: "NibbleBench",
            dependencies: [
                "NibbleCommandLine", "NibblePseudoTerminal", "NibbleEvaluation", "NibbleQuantization",
                "NibbleTransformers", "NibbleImages", "NibbleHome", "NibbleStatistics", "NibbleCheckpoints",
                "NibbleText", "NibbleKernels",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .executableTarget(
            name: "nibble",
            dependencies: [
                "NibbleBench", "NibbleCommandLine", "NibbleExplorer", "NibbleTerminal", "NibbleEvaluation",
                "NibbleQuantization", "NibbleTransformers", "NibbleTokenizers", "NibbleImages", "NibbleHome",
                "NibbleStatistics", "NibbleCheckpoints", "NibbleText", "NibbleKernels",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        .target(
            name: "NibbleTestSupport", dependencies: ["NibbleCheckpoints"],
            path: "Tests/NibbleTestSupport"),
        .testTarget(
            name: "NibbleKernelsTests",
            dependencies: ["NibbleKernels", "CNibbleKernels", "NibbleTestSupport"],
            exclude: ["Golden"]),
        .executableTarget(
            name: "CNibbleProgram", dependencies: ["NibbleC", "CNibble"], path: "Tests/CNibbleProgram"),
        .executableTarget(
            name: "NibbleKernelsExample", dependencies: ["NibbleKernels"], path: "Tests/NibbleKernelsExample"),
        .testTarget(
            name: "NibbleLibraryTests",
            dependencies: ["NibbleC", "CNibble", "NibbleKernels", "NibbleTestSupport"]),
        .testTarget(name: "NibbleTextTests", dependencies: ["NibbleText", "NibbleTestSupport"]),
        .testTarget(name: "NibbleJSONTests", dependencies: ["NibbleJSON", "NibbleTestSupport"]),
        .testTarget(
            name: "NibbleStatisticsTests",
            dependencies: ["NibbleStatistics", "NibbleKernels", "NibbleTestSupport"]),
        .testTarget(
            name: "NibbleCheckpointsTests",
            dependencies: ["NibbleCheckpoints", "NibbleKernels", "NibbleTestSupport"],
            exclude: ["Fixtures"]),
        .testTarget(name: "NibbleHomeTests", dependencies: ["NibbleHome", "NibbleTestSupport"]),
        .testTarget(
            name: "NibbleTokenizersTests",
            dependencies: ["NibbleTokenizers", "NibbleTestSupport"],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "NibbleImagesTests",
            dependencies: ["NibbleImages", "NibbleJSON", "NibbleTestSupport"],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "NibbleTransformersTests",
            dependencies: [
                "NibbleTransformers", "NibbleCheckpoints", "NibbleTokenizers", "NibbleImages",
                "NibbleKernels",
                "NibbleTestSupport",
            ],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "NibbleQuantizationTests",
            dependencies: [
                "NibbleQuantization", "NibbleTransformers", "NibbleImages", "NibbleHome", "NibbleStatistics",
                "NibbleCheckpoints", "NibbleKernels", "NibbleTestSupport",
            ]),
        .testTarget(
            name: "NibbleEvaluationTests",
            dependencies: [
                "NibbleEvaluation", "NibbleQuantization", "NibbleTransformers", "NibbleCheckpoints",
                "NibbleTokenizers", "NibbleImages", "NibbleKernels", "NibbleTestSupport",
            ]),
        .testTarget(
            name: "NibbleTerminalTests", dependencies: ["NibbleTerminal", "NibbleTestSupport"]),
        .testTarget(
            name: "NibbleExplorerTests",
            dependencies: [
                "NibbleExplorer", "NibbleTerminal", "NibbleEvaluation", "NibbleQuantization",
                "NibbleTransformers", "NibbleTokenizers", "NibbleImages", "NibbleHome", "NibbleStatistics",
                "NibbleCheckpoints", "NibbleKernels", "NibbleTestSupport",
            ],
            exclude: ["Snapshots"]),
        .testTarget(
            name: "NibbleScenarioTests",
            dependencies: ["NibbleTestSupport", "NibblePseudoTerminal", "NibbleTerminal", "nibble"]),
        .testTarget(name: "NibbleArchitectureTests", dependencies: ["NibbleTestSupport"]),
    ],
    swiftLanguageModes: [.v6]
)
