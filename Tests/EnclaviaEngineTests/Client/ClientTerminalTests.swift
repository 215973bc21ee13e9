import EnclaviaCore
import EnclaviaEngine
import Foundation
import Synchronization
import TestSupport
import Testing

/// A client that is given a terminal of its own to draw progress bars on.
@Suite(.enabled(if: PseudoTerminal.isAvailable))
struct ClientTerminalTests {
    private static let digest = Digest(of: Array("manifest".utf8))

    @Test func `its bars become numbers of bytes, and its other lines stay as they are`()
        async throws
    {
        let client = try FakeClient(
            """
            [ -t 1 ] && [ -t 2 ] && echo "columns $(stty size <&2)"
            printf '5f70bf18a086: Pushing [=>  ]  1MB/3MB\\r\\033[1B'
            printf '\\033[1A\\033[2K\\r5f70bf18a086: Pushing [==> ]  2MB/3MB\\r\\033[1B'
            printf '\\033[1A\\033[2K\\r5f70bf18a086: Pushed \\n\\033[1B'
            echo "v1: digest: \(Self.digest) size: 528"
            """, drawsProgress: true, isBinary: true)
        let heard = DockerPushTests.Heard()
        let digest = try await client.push { heard.add($0) }
        #expect(digest == Self.digest)
        #expect(
            heard.all == [
                .line("columns 24 80"), .layers(done: 0, total: 1),
                .bytes(sent: 1_000_000, total: 3_000_000),
                .bytes(sent: 2_000_000, total: 3_000_000), .line("5f70bf18a086: Pushed"),
                .layers(done: 1, total: 1),
            ])
    }

    @Test func `nothing of the terminal is left open`() async throws {
        let client = try FakeClient("readlink /proc/$$/fd/1", drawsProgress: true, isBinary: true)
        let heard = DockerPushTests.Heard()
        _ = try await client.push { heard.add($0) }
        guard case .line(let name)? = heard.all.first else {
            Issue.record("\(heard.all)")
            return
        }
        #expect(name.hasPrefix("/dev/pts/"))
        // Another test may have got the same terminal by now, which it closes in turn.
        let isClosed = try await eventually {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").allSatisfy {
                (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)"))
                    != name
            }
        }
        #expect(isClosed)
    }

    @Test func `without somebody who watches it has no terminal`() async throws {
        let client = try FakeClient("[ -t 1 ] || echo none")
        let heard = DockerPushTests.Heard()
        _ = try await client.push { heard.add($0) }
        #expect(heard.all == [.line("none")])
    }

    private static let askingScript = "[ -t 1 ] && echo terminal || echo pipe"

    @Test func `a client that is a script has none, and neither has a link to it`() async throws {
        let client = try FakeClient(Self.askingScript, drawsProgress: true)
        let heard = DockerPushTests.Heard()
        _ = try await client.push { heard.add($0) }
        try FileManager.default.moveItem(
            atPath: client.files.path("bin/docker"), toPath: client.files.path("wrapper"))
        try FileManager.default.createSymbolicLink(
            atPath: client.files.path("bin/docker"),
            withDestinationPath: client.files.path("wrapper"))
        _ = try await client.push { heard.add($0) }
        #expect(heard.all == [.line("pipe"), .line("pipe")])
    }

    @Test func `a client of machine code under another name than that of its file has one`()
        async throws
    {
        let client = try FakeClient(Self.askingScript, drawsProgress: true, isBinary: true)
        let heard = DockerPushTests.Heard()
        _ = try await client.push { heard.add($0) }
        #expect(heard.all == [.line("terminal")])
    }

    @Test(arguments: [true, false])
    func `whether progress is drawn can be said of each push`(_ draws: Bool) async throws {
        let client = try FakeClient(
            Self.askingScript, drawsProgress: !draws, isBinary: true)
        let heard = DockerPushTests.Heard()
        _ = try await client.push(on: client.engine.drawingProgress(draws)) { heard.add($0) }
        #expect(heard.all == [.line(draws ? "terminal" : "pipe")])
    }

    @Test func `why a registry refuses is understood there, too`() async throws {
        let client = try FakeClient(
            """
            printf '5f70bf18a086: Preparing\\n\\033[1B'
            printf '\\033[1Bdenied: requested access to the resource is denied\\n' >&2
            exit 1
            """, drawsProgress: true, isBinary: true)
        let error = await #expect(throws: EngineError.self) { try await client.push() }
        guard case .denied(_, let output)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(output.hasSuffix("denied: requested access to the resource is denied"))
        #expect(!output.contains("\u{1B}"))
    }

    @Test func `that its engine does not answer is understood there, too`() async throws {
        let client = try FakeClient(
            """
            printf '\\033[1BCannot connect to the Docker daemon at tcp://x:1. Is it running?\\n' >&2
            exit 1
            """, drawsProgress: true, isBinary: true)
        let error = await #expect(throws: EngineError.self) { try await client.push() }
        guard case .trouble(.noAnswer, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `what it leaves behind does not hold up the push, and all its words are read`()
        async throws
    {
        let client = try FakeClient(
            "sleep 30 & seq 20000; echo 'v1: digest: \(Self.digest) size: 528'",
            drawsProgress: true, isBinary: true
        )
        let began = ContinuousClock.now
        let heard = DockerPushTests.Heard()
        #expect(try await client.push { heard.add($0) } == Self.digest)
        #expect(began.duration(to: .now) < .seconds(10))
        #expect(heard.all.count == 20_000)
    }

    /// What a push came to, once it has ended.
    private final class Answer: Sendable {
        private let digest = Mutex<Digest?>(nil)

        var value: Digest? { digest.withLock { $0 } }

        func give(_ value: Digest?) { digest.withLock { $0 = value } }
    }

    @Test(arguments: ["yes", "yes a-longer-line", "while echo x && echo y >&2; do :; done"])
    func `what goes on writing after its end does not hold up the push`(_ command: String)
        async throws
    {
        let client = try FakeClient(
            "echo 'v1: digest: \(Self.digest) size: 528'; (\(command)) &",
            drawsProgress: true, isBinary: true)
        let answer = Answer()
        Task { answer.give(try await client.push()) }
        #expect(try await eventually { answer.value == Self.digest })
    }

    @Test(arguments: [
        "]0;OWNED\\007", "]0;OWNED\\033\\\\", "P1;OWNED\\033\\\\", "_OWNED\\033\\\\", "c", "(B",
    ])
    func `of what steers a terminal nothing is left in an error`(_ sequence: String) async throws {
        let client = try FakeClient(
            "printf 'denied: requested access is \\033\(sequence)denied\\n' >&2; exit 1",
            drawsProgress: true,
            isBinary: true)
        let error = await #expect(throws: EngineError.self) { try await client.push() }
        guard case .denied(_, let output)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(output == "denied: requested access is denied")
    }

    @Test func `a secret that is broken by a sequence is not passed on`() async throws {
        let secrets = SecretScrubber()
        secrets.add(Secret("s3cret-s3cret-s3cret"))
        let client = try FakeClient(
            "printf 'token s3cr\\033[0met-s3cret-s3cret\\n'", drawsProgress: true, isBinary: true,
            secrets: secrets)
        let heard = DockerPushTests.Heard()
        _ = try await client.push { heard.add($0) }
        #expect(!"\(heard.all)".contains("s3cret-s3cret"))
        #expect(heard.all.count == 1)
    }
}
