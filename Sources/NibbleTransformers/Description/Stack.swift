/// Blocks that hidden states pass one after the other.
public struct Stack: Sendable {
    /// The blocks in order.
    public var blocks: [Block]
    /// The norm behind the last block.
    public var finalNorm: Norm?

    /// A stack of blocks.
    public init(_ blocks: [Block], finalNorm: Norm? = nil) {
        self.blocks = blocks
        self.finalNorm = finalNorm
    }

    var matrices: [Matrix] { blocks.flatMap(\.branches).flatMap(\.mixer.matrices) }
    var parameters: [Parameter] { blocks.flatMap(\.parameters) + (finalNorm?.parameters ?? []) }
}

/// One block: residual sums, each added to the stream of hidden states.
///
/// Blocks with the norm before (two sums of one branch), in parallel (one sum of two branches), on both sides
/// (`Branch.outputNorm`) and after (`Residual.normAfterSum`) are all of this shape.
public struct Block: Sendable {
    /// The sums in order.
    public var sums: [Residual]

    /// A block of some sums.
    public init(_ sums: [Residual]) { self.sums = sums }

    /// The branches of all sums.
    public var branches: [Branch] { sums.flatMap(\.branches) }

    var parameters: [Parameter] {
        sums.flatMap { sum in
            sum.branches.flatMap(\.parameters) + (sum.normAfterSum?.parameters ?? [])
        }
    }
}

/// x = norm(x + Σ branches(x)), where the norm is seldom there.
public struct Residual: Sendable {
    /// What is added to the stream; all read the stream as it was before the sum.
    public var branches: [Branch]
    /// The norm of the sum, as in BERT.
    public var normAfterSum: Norm?

    /// A sum of one branch.
    public init(_ inputNorm: Norm?, _ mixer: any Mixer, normAfterSum: Norm? = nil) {
        branches = [Branch(inputNorm: inputNorm, mixer: mixer)]
        self.normAfterSum = normAfterSum
    }

    /// A sum of several branches.
    public init(_ branches: [Branch], normAfterSum: Norm? = nil) {
        self.branches = branches
        self.normAfterSum = normAfterSum
    }
}

/// outputScale · outputNorm(mixer(inputNorm(x))).
public struct Branch: Sendable {
    /// The norm whose output the mixer reads; nil reads the stream itself.
    public var inputNorm: Norm?
    /// Attention or feed-forward.
    public var mixer: any Mixer
    /// The norm of what the mixer gives.
    public var outputNorm: Norm?
    /// A learned factor for each channel of what is added to the stream (LayerScale, Touvron and others 2021).
    public var outputScale: Parameter?

    /// A branch.
    public init(
        inputNorm: Norm?, mixer: any Mixer, outputNorm: Norm? = nil, outputScale: Parameter? = nil
    ) {
        self.inputNorm = inputNorm
        self.mixer = mixer
        self.outputNorm = outputNorm
        self.outputScale = outputScale
    }

    var parameters: [Parameter] {
        (inputNorm?.parameters ?? []) + mixer.parameters + (outputNorm?.parameters ?? [])
            + [outputScale].compactMap(\.self)
    }
}
