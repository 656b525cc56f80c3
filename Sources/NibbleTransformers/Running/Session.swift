import NibbleKernels

/// A model with one set of weights that runs.
///
/// Sessions differ in what goes in and what comes out: ``DecoderSession`` reads tokens and predicts the next one,
/// ``EncoderSession`` gives the states of a whole text, ``ImageSession`` those of an image. None of them sees a plan: an edit
/// of a plan makes another weight set and another session.
public protocol Session: AnyObject {
    /// What each layer counted since the session began.
    var reports: [LayerPath: KernelReport] { get }
    /// Seconds spent computing.
    var computeSeconds: Double { get }
    /// Bytes of memory: packed weights beyond the mapped file, parameters, keys and values.
    var memoryByteCount: Int { get }
}
