import Foundation
import TestSupport
import Testing

/// How often an import waits for the disk.
struct ImportSyncTests {
    /// The number of fsync(2) and fdatasync(2) of an import of `count` records.
    private func syncs(_ count: Int, in folder: Folder) async throws -> Int {
        let run = try await Run.shell(
            """
            python3 '\(Build.root)/Tests/Benchmarks/make-history.py' \(count) >lines &&
                strace -f -qq -o trace -e trace=fsync,fdatasync \
                '\(Build.product("enclavia"))' history import lines && wc -l <trace
            """,
            environment: [
                "ENCLAVIA_STATE_DIR": "\(folder.path)/\(count)", "HOME": folder.path,
                "ENCLAVIA_EVENT_LOG": "off",
            ], directory: folder.path)
        try #require(run.status == 0, "\(run.err)")
        return try #require(Int(run.out.split(separator: "\n").last ?? ""))
    }

    /// A transaction takes up to 3,072 records, fewer on a busy machine; one of 100 records would sync 60 times.
    @Test func `an import syncs once for many records`() async throws {
        let folder = try Folder()
        let (few, many) = (try await syncs(60, in: folder), try await syncs(6_000, in: folder))
        #expect(few > 0)
        #expect(many - few <= 20, "\(few) and \(many)")
    }
}
