import EnclaviaCore

extension Words {
    package static func explain(_ error: StoreError) -> Explanation {
        switch error {
        case .inaccessible(let path, let reason):
            Explanation(
                .store, "the history at \(shown(path)) cannot be used: \(shown(reason))")
        case .locked(let path, let seconds):
            Explanation(
                .store,
                "the history at \(shown(path)) was locked by another process for \(seconds) s:"
                    + " try again")
        case .corrupt(let path, let detail):
            Explanation(
                .data, "the history at \(shown(path)) is damaged: \(shown(detail))",
                hint: "move the file away; pushes go on, and `enclavia history reconcile` takes in"
                    + " what was spooled meanwhile")
        case .tooNew(let path, let version):
            Explanation(
                .store,
                "the history at \(shown(path)) was written by a newer version (\(shown(version)))"
                    + " and can only be read: update enclavia")
        case .unsafe(let path, let reason):
            Explanation(.store, "\(shown(path)) is not safe to use: \(shown(reason))")
        }
    }

    /// What went wrong beside a record.
    package static func sentence(_ warning: StoreWarning) -> String {
        switch warning {
        case .eventLog(let path, let error):
            "the event log \(shown(path)) misses lines (\(cause(error))); `enclavia events` has"
                + " them"
        case .spool(let path, let reason):
            "the spooled push in \(shown(path)) could not be taken in (\(shown(reason))); it stays"
                + " there"
        case .pending(let error):
            "the notifications of earlier pushes could not be looked for (\(cause(error))):"
                + " `enclavia notify --pending` sends them"
        }
    }

    /// What went wrong with a file that is not the history itself.
    private static func cause(_ error: StoreError) -> String {
        switch error {
        case .inaccessible(_, let reason), .unsafe(_, let reason): shown(reason)
        case .locked, .corrupt, .tooNew: explain(error).message
        }
    }
}
