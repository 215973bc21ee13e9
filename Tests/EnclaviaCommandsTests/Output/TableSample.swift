import EnclaviaCommands
import EnclaviaCore
import EnclaviaSystem

/// Sample pushes, and the table of them.
enum TableSample {
    static func piped(_ columns: Int) -> TerminalCapabilities {
        TerminalCapabilities(isTerminal: false, hasColor: false, width: nil, columns: columns)
    }

    static func run(
        _ pushes: [PushRecord], on out: TerminalCapabilities = TableSample.piped(80),
        _ words: String...
    ) async throws -> CommandLineRun.Outcome {
        await CommandLineRun(
            adapters: TestAdapters(givenHistory: try ListedHistory(pushes)), out: out
        ).run(["history"] + words)
    }

    static func moved(_ push: inout PushRecord) {
        guard case .succeeded(var manifest) = push.state else { return }
        manifest.tagChange = .moved
        manifest.previousDigest = Sample.digest("before")
        push.state = .succeeded(manifest)
    }

    static func failed(
        _ push: inout PushRecord, kind: String = "image_not_found",
        message: String = "there is no local image \"mapp\": build or pull it first"
    ) {
        push.localImage = "mapp"
        push.state = .failed(
            PushFailure(stage: .inspect, kind: kind, message: message), contradicted: nil)
        push.notify = .none
    }

    /// As in the manual: one that moved, one that failed, one that was new.
    static let three = [
        Sample.push(3, at: "2026-11-23T11:55:30Z") { moved(&$0) },
        Sample.push(2, at: "2026-11-23T11:54:30Z") { failed(&$0) },
        Sample.push(1, at: "2026-11-17T10:00:00Z"),
    ]

    static func id(_ push: PushRecord) -> String { String(push.id.text.suffix(8)) }

    static func digest(_ push: PushRecord, _ digits: Int = 12) -> String {
        String(push.state.manifest?.digest.hex.prefix(digits) ?? "")
    }
}
