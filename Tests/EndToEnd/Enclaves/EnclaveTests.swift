import Foundation
import TestSupport
import Testing

/// The verbs of enclaves against a backend.
@Suite(.serialized)
struct EnclaveTests {
    private static let shared = Task {
        try await Sandbox.start(["--build-time", "0.3"], engine: false)
    }

    private func sandbox() async throws -> Sandbox { try await Self.shared.value }

    /// Puts an enclave into the backend, in any state.
    private func seed(_ id: String, _ status: String, name: String = "web") async throws {
        let body = """
            {"image": "app:v1", "instance_type": "small", "id": "\(id)", "status": "\(status)",
             "name": "\(name)"}
            """
        let run = try await sandbox().control("POST", "enclaves", body)
        try #require(run.status == 0, "\(run.out)")
    }

    private func id(_ prefix: String) -> String {
        prefix + UUID().uuidString.lowercased().dropFirst(prefix.count)
    }

    @Test func `a new enclave's id is the result`() async throws {
        let sandbox = try await sandbox()
        let create = try await sandbox.enclavia(
            "enclave", "create", "--image", "alice/app:v7", "--instance-type", "medium",
            "--container-port", "8080", "--storage-size-bytes", "134217728", "--name", "shop",
            "--visibility", "public", "--upgradable")
        #expect(create.status == 0, "\(create.err)")
        let id = create.out.trimmingCharacters(in: .newlines)
        let shown = try await sandbox.enclavia("enclave", "status", id, "--json").object()
        #expect(shown["id"] as? String == id)
        #expect(shown["status"] as? String == "waiting_for_image")
        #expect(shown["instance_type"] as? String == "medium")
        #expect(shown["container_port"] as? Int == 8080)
        #expect(shown["storage_size_bytes"] as? Int == 134_217_728)
        #expect(shown["name"] as? String == "shop")
        #expect(shown["visibility"] as? String == "public")
        #expect(shown["upgradable"] as? Bool == true)
        let list = try await sandbox.enclavia("enclave", "list")
        #expect(list.out.contains(id), "the table shows whole ids")
        let seen = try await sandbox.sql("SELECT name FROM enclave WHERE id = '\(id)'")
        #expect(seen == "shop", "completion offers it")
    }

    @Test(arguments: [
        ["--storage-size-bytes", "134217727"], ["--instance-type", "huge"],
        ["--container-port", "65536"], ["--image", "App:v1"],
    ])
    func `an invalid option is refused before any request is sent`(words: [String]) async throws {
        let sandbox = try await sandbox()
        try await sandbox.clearLog()
        let create = try await sandbox.enclavia(
            ["enclave", "create", "--image", "app:v1", "--json"] + words)
        #expect(create.status == 64)
        #expect(try create.object()["kind"] as? String == "usage")
        #expect(try await sandbox.log().isEmpty)
    }

    @Test func `stop, start, restart and destroy report what they did`() async throws {
        let sandbox = try await sandbox()
        let id = id("aaaa1111")
        try await seed(id, "running")
        for (verb, status) in [
            ("stop", "stopped"), ("start", "started"), ("restart", "restart_requested"),
            ("destroy", "destroyed"),
        ] {
            let run = try await sandbox.enclavia("enclave", verb, "aaaa1111", "--json")
            #expect(run.status == 0, "\(verb): \(run.out)")
            let answer = try run.object() as NSDictionary
            #expect(answer == ["id": id, "status": status])
        }
        let list = try await sandbox.enclavia("enclave", "list", "--json")
        #expect(!list.out.contains(id))
        #expect(try await sandbox.enclavia("enclave", "list", "--archived").out.contains(id))
    }

    @Test func `a verb that the state does not allow is a conflict`() async throws {
        let id = id("bbbb1111")
        try await seed(id, "stopped")
        let run = try await sandbox().enclavia("enclave", "stop", id, "--json")
        #expect(run.status == 69)
        #expect(try run.object()["kind"] as? String == "conflict")
    }

    @Test func `a unique prefix of an id is enough`() async throws {
        let sandbox = try await sandbox()
        let (one, other) = (id("cccc11"), id("cccc22"))
        try await seed(one, "running", name: "one")
        try await seed(other, "running", name: "other")
        let found = try await sandbox.enclavia("enclave", "status", "cccc1", "--json")
        #expect(try found.object()["id"] as? String == one)
        let ambiguous = try await sandbox.enclavia("enclave", "status", "cccc", "--json")
        #expect(ambiguous.status == 64)
        let hint = try #require(try ambiguous.object()["hint"] as? String)
        #expect(hint.contains(one) && hint.contains(other) && hint.contains("(other)"))
        let none = try await sandbox.enclavia("enclave", "status", "cccc3", "--json")
        #expect(none.status == 1)
        #expect(try none.object()["kind"] as? String == "not_found")
        let unknown = try await sandbox.enclavia("enclave", "logs", id("cccc44"), "--json")
        #expect(unknown.status == 1)
        #expect(try unknown.object()["kind"] as? String == "not_found")
    }

    @Test func `logs go to standard output without their headings`() async throws {
        let id = id("dddd1111")
        try await seed(id, "running")
        let json = try await sandbox().enclavia("enclave", "logs", id, "--json").object()
        #expect(Set(json.keys) == ["build_log", "runtime_log"])
        let restart = try await sandbox().enclavia("enclave", "restart", id)
        #expect(restart.status == 0)
        let logs = try await sandbox().enclavia("enclave", "logs", id)
        #expect(logs.out.hasPrefix("building app:v1"))
        #expect(!logs.out.contains("build log"))
    }

    @Test(.enabled(if: PseudoTerminal.isAvailable))
    func `destroy asks on a terminal and obeys the answer`() async throws {
        let sandbox = try await sandbox()
        let id = id("eeee1111")
        try await seed(id, "running")
        func destroy(_ answer: String, _ options: String = "") async throws -> Run {
            try await sandbox.shell(
                "printf '\(answer)' | script -qec 'enclavia enclave destroy \(id) \(options)'"
                    + " /dev/null")
        }
        let no = try await destroy("n\\n")
        #expect(no.status == 1, "\(no.out)")
        #expect(no.out.contains("permanently destroy enclave \(id)"))
        #expect(try await sandbox.enclavia("enclave", "status", id).out.contains("running"))
        let yes = try await destroy("yes\\n")
        #expect(yes.status == 0, "\(yes.out)")
        #expect(try await sandbox.enclavia("enclave", "status", id).out.contains("destroyed"))
        let other = self.id("eeee2222")
        try await seed(other, "running")
        let unasked = try await sandbox.shell(
            "script -qec 'enclavia enclave destroy \(other) --yes' /dev/null </dev/null")
        #expect(unasked.status == 0, "\(unasked.out)")
        #expect(!unasked.out.contains("[y/N]"))
    }

    @Test(arguments: [
        ("500", 69, "backend_unavailable"), ("garbage", 76, "protocol"),
        ("403", 77, "unauthorized"),
        ("wrong-type", 76, "protocol"), ("404", 1, "not_found"), ("422", 69, "refused"),
    ])
    func `each failure of the backend has its exit code`(
        fault: String, status: Int32, kind: String
    ) async throws {
        let sandbox = try await sandbox()
        try await sandbox.faults(["enclaves": fault])
        let list = try await sandbox.enclavia("enclave", "list", "--json")
        try await sandbox.faults([:])
        #expect(list.status == status, "\(list.out)")
        #expect(try list.object()["kind"] as? String == kind)
    }

    @Test(.enabled(if: PseudoTerminal.isAvailable))
    func `text from the backend cannot control a terminal`() async throws {
        let sandbox = try await sandbox()
        let id = id("ffff1111")
        try await seed(id, "running", name: "\\u001b]0;title\\u0007\\u202e\\r\\u009bKname")
        let list = try await sandbox.shell(
            "script -qec 'enclavia enclave list; enclavia enclave status \(id)' /dev/null")
        #expect(list.status == 0)
        #expect(list.out.contains("\\u{1b}]0;title"))
        let steering = list.out.unicodeScalars.filter { scalar in
            (scalar.value < 0x20 && !"\r\n\u{1B}".unicodeScalars.contains(scalar))
                || (0x202A...0x202E).contains(scalar.value)
        }
        #expect(steering.isEmpty)
        let colors = #/\u{1B}\[[0-9;]*m/#
        #expect(!list.out.replacing(colors, with: "").contains("\u{1B}"))
    }
}
