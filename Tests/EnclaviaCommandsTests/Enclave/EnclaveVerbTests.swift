import EnclaviaCommands
import EnclaviaCore
import Synchronization
import Testing

/// The verbs of `enclave`, on one enclave.
struct EnclaveVerbTests {
    private static let id = "0190aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee"

    /// One enclave whose status a test sets; it records the calls.
    private final class OneEnclave: Enclaves {
        private let status: @Sendable () -> String
        private let calls = Mutex<[String]>([])

        init(_ status: @escaping @Sendable () -> String = { "running" }) { self.status = status }

        var done: [String] { calls.withLock { $0 } }

        private var enclave: Enclave {
            Enclave(
                id: id, name: "web", dockerImage: "alice/app:v1", status: status(),
                instanceType: "small", createdAt: nil, isArchived: false)
        }

        func list(archived: Bool) -> [Enclave] { [enclave] }
        func get(_ id: String) -> Enclave { enclave }
        func create(_ request: EnclaveRequest) -> Enclave { enclave }
        func logs(_ id: String) -> EnclaveLogs { EnclaveLogs(build: nil, runtime: nil) }
        func stop(_ id: String) { note("stop", id) }
        func start(_ id: String) { note("start", id) }
        func restart(_ id: String) { note("restart", id) }
        func destroy(_ id: String) { note("destroy", id) }

        private func note(_ call: String, _ id: String) {
            calls.withLock { $0.append("\(call) \(id)") }
        }
    }

    private func commandLine(_ enclaves: OneEnclave) -> CommandLineRun {
        var line = CommandLineRun()
        line.adapters.givenEnclaves = enclaves
        return line
    }

    @Test(arguments: [
        ("stop", "stopped", "stopped"), ("start", "started", "started"),
        ("restart", "requested a restart of", "restart_requested"),
        ("destroy", "destroyed", "destroyed"),
    ])
    func `stop, start, restart and destroy act on the named enclave and report it`(
        verb: String, words: String, status: String
    ) async throws {
        let enclaves = OneEnclave()
        let line = commandLine(enclaves)
        let text = await line("enclave", verb, "0190a")
        #expect(text.status == .done)
        #expect(text.out == Self.id + "\n")
        #expect(text.err == words + "\n")
        #expect(enclaves.done == ["\(verb) \(Self.id)"])

        let json = await line("enclave", verb, Self.id, "--json")
        #expect(json.out == #"{"id":"\#(Self.id)","status":"\#(status)"}"# + "\n")
        #expect(json.err == "")
    }

    @Test func `an unknown enclave is not found, and nothing is done`() async throws {
        let enclaves = OneEnclave()
        let stop = await commandLine(enclaves)("enclave", "stop", "0191")
        #expect(stop.status == .negative)
        #expect(enclaves.done == [])
    }

    @Test func `on a terminal --wait redraws one line and adds a line for each change`()
        async throws
    {
        let heard = Recorder()
        let enclaves = OneEnclave { heard.text.contains("building · 0 s") ? "running" : "building" }
        var line = commandLine(enclaves)
        line.heard = heard
        line.stderr = CommandLineRun.terminal(80)
        let status = await line("enclave", "status", Self.id, "--wait")
        #expect(status.status == .done)
        #expect(status.err.contains("\(Self.id): building\n"))
        #expect(status.err.contains(" building · 0 s\r\u{1B}[K"))
        #expect(status.err.contains("\r\u{1B}[K\(Self.id): running\n"))
    }

    @Test func `without a terminal --wait prints a line after thirty seconds of silence`()
        async throws
    {
        let (heard, clock) = (Recorder(), MovingClock())
        let enclaves = OneEnclave {
            if heard.text.contains("still") { return "running" }
            if heard.text.contains("building") { clock.advance(seconds: 31) }
            return "building"
        }
        var line = commandLine(enclaves)
        line.heard = heard
        line.system = clock
        let status = await line("enclave", "status", Self.id, "--wait")
        let lines = status.err.split(separator: "\n")
        #expect(lines.first == "\(Self.id): building")
        #expect(lines.dropFirst().first?.hasPrefix("still building after ") == true)
        #expect(lines.last == "\(Self.id): running")
        #expect(!status.err.contains("\u{1B}"))
    }
}
