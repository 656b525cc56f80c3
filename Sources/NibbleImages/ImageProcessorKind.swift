/// What transformers' image processors do where `preprocessor_config.json` leaves it open (their image_processing_pil_*.py).
struct ImageProcessorKind {
    /// The name before “ImageProcessor” or “FeatureExtractor”.
    let name: String
    /// The size, if no other is given.
    let target: ImagePreparation.Target
    /// Whether a size of one number is a square, and not the shorter edge.
    let isSquare: Bool
    let crop: ImageSize
    let isCropped: Bool
    let filter: ResizeFilter
    let mean: [Float]
    let deviation: [Float]

    private init(
        _ name: String, _ target: ImagePreparation.Target, isCropped: Bool, _ filter: ResizeFilter,
        mean: [Float] = [0.5, 0.5, 0.5], deviation: [Float] = [0.5, 0.5, 0.5]
    ) {
        self.name = name
        self.target = target
        if case .exact = target { isSquare = true } else { isSquare = false }
        crop = ImageSize(224)
        self.isCropped = isCropped
        self.filter = filter
        self.mean = mean
        self.deviation = deviation
    }

    private static let clipMean: [Float] = [0.48145466, 0.4578275, 0.40821073]
    private static let clipDeviation: [Float] = [0.26862954, 0.26130258, 0.27577711]

    static let all = [
        ImageProcessorKind("ViT", .exact(ImageSize(224)), isCropped: false, .bilinear),
        ImageProcessorKind("DeiT", .exact(ImageSize(256)), isCropped: true, .bicubic),
        ImageProcessorKind("Beit", .exact(ImageSize(224)), isCropped: false, .bicubic),
        ImageProcessorKind(
            "Bit", .shortestEdge(224, longest: nil), isCropped: true, .bicubic, mean: clipMean,
            deviation: clipDeviation),
        ImageProcessorKind(
            "CLIP", .shortestEdge(224, longest: nil), isCropped: true, .bicubic, mean: clipMean,
            deviation: clipDeviation),
    ]

    /// The processor that transformers takes for a model where the file names none.
    static func usual(for modelType: String) -> ImageProcessorKind {
        let name = ["deit": "DeiT", "dinov2": "Bit"][modelType] ?? "ViT"
        return all.first { $0.name == name } ?? all[0]
    }

    /// The processor of a class such as `ViTImageProcessorFast` or `DeiTFeatureExtractor`; nil for one that nibble doesn't know.
    static func named(_ className: String) -> ImageProcessorKind? {
        let endings = ["", "Fast", "Pil"].map { "ImageProcessor" + $0 } + ["FeatureExtractor"]
        return all.first { kind in endings.contains { className == kind.name + $0 } }
    }
}
