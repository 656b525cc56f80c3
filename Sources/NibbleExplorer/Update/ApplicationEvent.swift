import Foundation
import NibbleQuantization
import NibbleTerminal
import NibbleTransformers

/// Everything that can change the state: what the user does, and what jobs report.
enum ApplicationEvent: Sendable {
    /// A key, a paste, the mouse or a new size.
    case terminal(Event)
    /// A job has found something out, or is over.
    case job(JobMessage)
}

/// Work that the update asks for and never does itself.
enum Effect: Sendable {
    /// Do a job.
    case start(JobID, any Job)
    /// End a job.
    case cancel(JobID)
    /// Let a job wait at its next checkpoint.
    case pause(JobID)
    /// Let a paused job go on.
    case resume(JobID)
}
