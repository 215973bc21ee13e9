import EnclaviaSystem

/// When a transaction of an import ends. A larger one writes each page of an index for more records at once.
package struct ImportLimits: Sendable {
    /// How many records it takes; their event lines are kept in memory until its end.
    package var records = 3072
    /// How many bytes of lines it takes, after the first window of lines.
    package var bytes: Int64 = 8 << 20
    /// How long it takes records.
    package var time = Duration.seconds(1)
    /// The same while a push of this machine runs, which waits for the store at each of its steps. With its commit,
    /// the transaction stays under half a second.
    package var timeDuringPush = Duration.milliseconds(250)
}

/// A transaction of an import.
struct ImportBatch {
    private let limits: ImportLimits
    private let paths: StorePaths
    private let start = ContinuousClock.now

    init(_ limits: ImportLimits, _ paths: StorePaths) {
        self.limits = limits
        self.paths = paths
    }

    func isFull(with records: Int, bytes: Int64) -> Bool {
        let time = ContinuousClock.now - start
        return records >= limits.records || bytes >= limits.bytes || time >= limits.time
            || time >= limits.timeDuringPush && isPushRunning
    }

    /// The files of pushes that are killed during the import count too.
    private var isPushRunning: Bool {
        !DirectoryTree.names(in: paths.running.native, followsLink: false).isEmpty
    }
}
