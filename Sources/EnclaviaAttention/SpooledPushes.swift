import EnclaviaBase

/// The pushes whose events could not be recorded in the history yet.
package enum SpooledPushes {
    private static let suffix = ".jsonl"

    /// The ids of the pushes that have a spool file which no process is writing, sorted.
    ///
    /// - Parameter directories: the paths of the spools.
    package static func ids(in directories: [String]) -> [String] {
        let ids = directories.flatMap { directory in
            DirectoryNames.of(directory, followsLink: false).filter { name in
                name.hasSuffix(suffix) && ReferenceGrammar.isPushID(id(name))
                    && !AdvisoryLock.isHeld("\(directory)/\(name)")
            }
        }.map { String(decoding: id($0), as: UTF8.self) }
        return Array(Set(ids)).sorted()
    }

    private static func id(_ name: String) -> [UInt8] {
        Array(name.utf8.dropLast(suffix.utf8.count))
    }
}
