import Foundation

/// The processor's cores that this process may use.
enum ProcessorCount {
    static let active = max(1, ProcessInfo.processInfo.activeProcessorCount)
}
