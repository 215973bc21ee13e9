import EnclaviaCore
import EnclaviaEngine
import Foundation
import Synchronization
import TestSupport
import Testing

/// A client that gets a terminal of its own to draw progress bars on.
@Suite(.enabled(if: PseudoTerminal.isAvailable))
struct ClientTerminalTests {
    private static let digest = Digest(of: Array("manifest".utf8))

    @Test func `progress bars become numbers of bytes, and other lines are unchanged`()
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

    @Test func `the terminal is closed after the push`() async throws {
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

    @Test func `a client gets no terminal if progress is not drawn`() async throws {
        let client = try FakeClient("[ -t 1 ] || echo none")
        let heard = DockerPushTests.Heard()
        _ = try await client.push { heard.add($0) }
        #expect(heard.all == [.line("none")])
    }

    private static let askingScript = "[ -t 1 ] && echo terminal || echo pipe"

    @Test func `a client that is a script, or a link to one, gets no terminal`() async throws {
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

    @Test func `a binary client whose name differs from its file gets a terminal`() async throws {
        let client = try FakeClient(Self.askingScript, drawsProgress: true, isBinary: true)
        let heard = DockerPushTests.Heard()
        _ = try await client.push { heard.add($0) }
        #expect(heard.all == [.line("terminal")])
    }

    @Test(arguments: [true, false])
    func `drawing of progress can be set for each push`(_ draws: Bool) async throws {
        let client = try FakeClient(
            Self.askingScript, drawsProgress: !draws, isBinary: true)
        let heard = DockerPushTests.Heard()
        _ = try await client.push(on: client.engine.drawingProgress(draws)) { heard.add($0) }
        #expect(heard.all == [.line(draws ? "terminal" : "pipe")])
    }

    @Test func `the reason of a refusal is read from a terminal too`() async throws {
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

    @Test func `an engine that does not answer is recognized on a terminal too`() async throws {
        let client = try FakeClient(
            """
            printf '\\033[1BCannot connect to the Docker daemon at tcp://x:1. Is it running?\\n' >&2
            exit 1
            """, drawsProgress: true, isBinary: true)
        let error = await #expect(throws: EngineError.self) { try await client.push() }
        guard case .problem(.noResponse, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `a process that the client leaves does not delay the push, and no output is lost`()
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

    /// The result of a push, once it has ended.
    private final class Answer: Sendable {
        private let digest = Mutex<Digest?>(nil)

        var value: Digest? { digest.withLock { $0 } }

        func give(_ value: Digest?) { digest.withLock { $0 = value } }
    }

    @Test(arguments: ["yes", "yes a-longer-line", "while echo x && echo y >&2; do :; done"])
    func `a process that keeps writing after the client's end does not delay the push`(
        _ command: String
    ) async throws {
        let client = try FakeClient(
            "echo 'v1: digest: \(Self.digest) size: 528'; (\(command)) &",
            drawsProgress: true, isBinary: true)
        let response = Answer()
        Task { response.give(try await client.push()) }
        #expect(try await eventually { response.value == Self.digest })
    }

    @Test(arguments: [
        "]0;OWNED\\007", "]0;OWNED\\033\\\\", "P1;OWNED\\033\\\\", "_OWNED\\033\\\\", "c", "(B",
    ])
    func `an error contains no escape sequences`(_ sequence: String) async throws {
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

    @Test func `a secret that is split by an escape sequence is not passed on`() async throws {
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
