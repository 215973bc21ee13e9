import EnclaviaCore
import EnclaviaSystem
import SystemPackage

/// Looks for events that are missing in the event log, in the newest part of it.
struct EventLogAudit {
    let log: EventLog
    let store: HistoryStore

    /// How much of the log is read, in bytes.
    private static let length: Int64 = 8 << 20

    /// What the log lacks, though commands have appended it; `nil` where there is nothing to judge: no log, one
    /// that is no regular file, or one without events of this history, such as after a rotation.
    ///
    /// - Throws: ``StoreError`` where the history cannot be read.
    func survey() throws(StoreError) -> EventLogSurvey? {
        guard let path = log.path,
            let known = try store.readStore({ db in
                (chain: try? EventChain.id(db), through: try LoggedThrough.value(db))
            }),
            let chain = known.chain
        else { return nil }
        var seen = SequenceSet()
        do {
            let file = try FileDescriptor.open(
                FilePath(native: path), .readOnly, options: [.closeOnExec, .nonBlocking])
            defer { try? file.close() }
            let status = try file.stat()
            guard status.type == .regular else { return nil }
            let start = max(0, status.size - Self.length)
            var reader = LineReader(file, from: start, size: status.size)
            let source = Array("\"source\":\"\(chain.source)\"".utf8)
            while let line = try reader.next() {
                guard let sequence = EventLogLine.likelyPlace(line),
                    line.withUnsafeBufferPointer({ ByteSearch.first(source, in: $0) != nil })
                else { continue }
                _ = seen.insert(sequence)
            }
        } catch {
            // Another check reports a log that cannot be read; there need not be any.
            return nil
        }
        var gaps = seen.gaps
        guard let extent = gaps.extent else { return nil }
        // What is not recorded as appended yet, the next command appends.
        if let through = known.through, through > extent.upperBound {
            gaps.add(extent.upperBound + 1...through)
        }
        return EventLogSurvey(path: path, gaps: gaps)
    }
}
