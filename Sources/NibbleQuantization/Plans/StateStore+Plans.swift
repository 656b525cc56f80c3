import Foundation
import NibbleHome

extension StateStore {
    /// The plan that was kept for a model; nil if there is none.
    ///
    /// - Throws: ``PlanError`` if there is one that can't be read.
    public func plan(forModelAt model: URL) throws(PlanError) -> Plan? {
        let file = planFile(forModelAt: model)
        return FileManager.default.fileExists(atPath: file.path) ? try Plan.load(file) : nil
    }

    /// Keeps a plan for the next time the model is opened.
    ///
    /// - Throws: ``PlanError`` if it can't be written.
    public func keep(_ plan: Plan, forModelAt model: URL) throws(PlanError) {
        let file = planFile(forModelAt: model)
        do throws(HomeError) { try makeFolder(file.deletingLastPathComponent()) } catch {
            throw PlanError("\(error)")
        }
        try plan.save(file)
    }
}
