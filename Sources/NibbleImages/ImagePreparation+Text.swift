extension ImagePreparation {
    /// Size and part in a few words: `shorter edge 256 by bicubic, then the middle 224 × 224`.
    public var text: String {
        let size =
            switch target {
            case nil: "own size"
            case .exact(let size): "\(size.text) by \(filter)"
            case .shortestEdge(let edge, nil): "shorter edge \(edge) by \(filter)"
            case .shortestEdge(let edge, let longest?):
                "shorter edge \(edge), longer at most \(longest), by \(filter)"
            case .within(let size): "within \(size.text) by \(filter)"
            }
        return size + (crop.map { ", then the middle \($0.text)" } ?? "")
    }
}
