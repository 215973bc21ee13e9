import EnclaviaCommands
import EnclaviaCore
import TestSupport
import Testing

/// The exit codes of similar errors: an invalid id is 64, an unknown id 1, and a missing file 66.
struct ExitCodeTests {
    /// A backend without enclaves.
    private struct NoEnclaves: Enclaves {
        func list(archived: Bool) -> [Enclave] { [] }
        func get(_ id: String) throws(BackendError) -> Enclave {
            throw .notFound(what: "enclave \(id)")
        }
        func create(_ request: EnclaveRequest) throws(BackendError) -> Enclave { try get("new") }
        func logs(_ id: String) throws(BackendError) -> EnclaveLogs {
            EnclaveLogs(build: try get(id).name, runtime: nil)
        }
        func stop(_ id: String) {}
        func start(_ id: String) {}
        func restart(_ id: String) {}
        func destroy(_ id: String) {}
    }

    private static let id = "01900000-0000-7000-8000-000000000001"
    private static let rows: [(words: [String], code: Int32, kind: String)] = [
        // Invalid names.
        (["history", "show", "a b"], 64, "usage"),
        (["history", "show", "sha256:zz"], 64, "usage"),
        (["notify", "xyz"], 64, "usage"), (["notify", "sha256:zz"], 64, "usage"),
        (["enclave", "status", ""], 64, "usage"), (["enclave", "status", "a b"], 64, "usage"),
        (["enclave", "logs", "a/../b"], 64, "usage"), (["enclave", "stop", "a?b"], 64, "usage"),
        (["enclave", "start", "\u{1B}"], 64, "usage"),
        (["enclave", "restart", "é"], 64, "usage"),
        (["enclave", "destroy", " ", "--yes"], 64, "usage"),
        (["history", "at", "a/b/c/d"], 64, "usage"),
        (["history", "verify", "--head", "xyz"], 64, "usage"),
        // Valid names that match nothing.
        (["history", "show", "abcdef"], 1, "not_found"),
        (["history", "show", "xyz"], 1, "not_found"),
        (["history", "show", id], 1, "not_found"),
        (["notify", "abcdef"], 1, "not_found"), (["notify", "sha256:ffff"], 1, "not_found"),
        (["notify", id], 1, "not_found"), (["enclave", "status", "abcdef"], 1, "not_found"),
        (["enclave", "logs", "nope"], 1, "not_found"),
        (["enclave", "stop", "abcdef"], 1, "not_found"),
        (["enclave", "start", "abcdef"], 1, "not_found"),
        (["enclave", "restart", "abcdef"], 1, "not_found"),
        (["enclave", "destroy", "abcdef", "--yes"], 1, "not_found"),
        (["history", "at", "nope:v1"], 1, "not_found"),
        // Invalid values.
        (["schema", "nope"], 64, "usage"), (["completion", "tcsh"], 64, "usage"),
        (["events", "--type", "nope"], 64, "usage"), (["events", "--since", "nope"], 64, "usage"),
        (["history", "--outcome", "nope"], 64, "usage"),
        (["history", "prune", "--before", "nope", "--yes"], 64, "usage"),
        // A file to read.
        (["history", "import", "/nonexistent/x"], 66, "file_not_found"),
        (["history", "import", "/dev/null/x"], 66, "file_not_found"),
        (["history", "import", "/"], 66, "file_unreadable"),
        // A file to write.
        (["history", "export", "/nonexistent/x/y"], 64, "usage"),
        (["history", "export", "/"], 64, "usage"),
    ]

    @Test func `similar errors have the same exit code`() async throws {
        let store = try RealStore()
        try await store.take([Sample.push(1)])
        var line = store.commandLine
        line.adapters.givenEnclaves = NoEnclaves()
        for row in Self.rows {
            let outcome = await line.run(row.words + ["--json"])
            #expect(outcome.status.rawValue == row.code, "\(row.words): \(outcome.out)")
            #expect(try outcome.object()["kind"] as? String == row.kind, "\(row.words)")
            #expect(try outcome.object()["exit_code"] as? Int == Int(row.code), "\(row.words)")
        }
    }

    @Test func `a file of another format is a data error`() async throws {
        let store = try RealStore()
        let file = try store.folder.write("{}\n", to: "bad.jsonl")
        let outcome = await store("history", "import", file, "--json")
        #expect(outcome.status == .data)
        #expect(try outcome.object()["kind"] as? String == "data")
    }

    @Test func `the error of an import names the missing file or the directory`() async throws {
        let store = try RealStore()
        let missing = await store("history", "import", "/nonexistent/x")
        #expect(missing.err == "error: there is no file /nonexistent/x\n")
        let directory = await store("history", "import", "/")
        #expect(directory.err == "error: / cannot be read: Is a directory\n")
    }
}
