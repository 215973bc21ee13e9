import Synchronization

/// Reports a credentials file that others can read, once per command.
package final class ReadableFileWarning: Sendable {
    private let hasWarned = Atomic(false)
    private let report: @Sendable (_ path: String) -> Void

    /// - Parameter report: receives the file's path.
    package init(_ report: @escaping @Sendable (_ path: String) -> Void) {
        self.report = report
    }

    func warnOnce(_ path: String) {
        guard !hasWarned.exchange(true, ordering: .relaxed) else { return }
        report(path)
    }
}
