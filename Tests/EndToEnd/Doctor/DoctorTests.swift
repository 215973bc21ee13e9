import Foundation
import TestSupport
import Testing

@Suite(.serialized)
struct DoctorTests {
    private static let shared = Task {
        let sandbox = try await Sandbox.start()
        try await sandbox.image("doctor:v1", seed: 901)
        let push = try await sandbox.enclavia("push", "doctor:v1", "doctor:v1")
        try #require(push.status == 0, "\(push.err)")
        return sandbox
    }

    private func sandbox() async throws -> Sandbox { try await Self.shared.value }

    private struct Answer {
        let status: Int32
        /// The findings by check: for each check the first one that is not ok, if there is one.
        let findings: [String: (level: String, message: String, fix: String?)]
    }

    private func doctor(_ environment: [String: String] = [:]) async throws -> Answer {
        let run = try await sandbox().enclavia(
            ["doctor", "--json"], environment: environment)
        let list = try #require(try run.object()["findings"] as? [[String: Any]])
        var findings: [String: (level: String, message: String, fix: String?)] = [:]
        for finding in list {
            #expect(Set(finding.keys) == ["check", "level", "message", "fix"])
            let check = try #require(finding["check"] as? String)
            let level = try #require(finding["level"] as? String)
            let fix = finding["fix"] as? String
            #expect((fix != nil) == (level != "ok"), "only a problem has a fix: \(finding)")
            if findings[check].map({ $0.level == "ok" }) ?? true {
                findings[check] = (level, finding["message"] as? String ?? "", fix)
            }
        }
        return Answer(status: run.status, findings: findings)
    }

    @Test func `doctor passes on a healthy machine`() async throws {
        let answer = try await doctor()
        #expect(answer.status == 0)
        #expect(!answer.findings.values.contains { $0.level == "error" }, "\(answer.findings)")
        let wanted: Set = [
            "file_system", "permissions", "free_space", "store", "spool", "engine_client", "engine",
            "leftovers", "account", "clock",
        ]
        #expect(wanted.isSubset(of: answer.findings.keys))
        let text = try await sandbox().enclavia("doctor", "--all")
        #expect(text.out.contains("ok       pushes run "))
        let short = try await sandbox().enclavia("doctor")
        #expect(!short.out.contains("ok       "))
        #expect(short.out.hasSuffix(" checks passed (--all lists them)\n"))
    }

    @Test func `files that others can write are an error, with the command that fixes them`()
        async throws
    {
        let sandbox = try await sandbox()
        chmod(sandbox.database, 0o666)
        defer { chmod(sandbox.database, 0o600) }
        let answer = try await doctor()
        #expect(answer.status == 1)
        #expect(answer.findings["permissions"]?.level == "error")
        #expect(answer.findings["permissions"]?.fix == "chmod 0600 '\(sandbox.database)'")
    }

    @Test func `credentials that a killed push left are found`() async throws {
        let sandbox = try await sandbox()
        let directory = "\(sandbox.stateDirectory)/enclavia-docker-0123456789abcdef"
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let answer = try await doctor()
        #expect(answer.findings["leftovers"]?.level == "warning")
        #expect(answer.findings["leftovers"]?.message.contains(directory) == true)
    }

    @Test func `a named pipe in place of a file does not block a command`() async throws {
        let folder = try Folder()
        let run = try await sandbox().shell(
            """
            export ENCLAVIA_STATE_DIR='\(folder.path)/state'
            cp -r "$XDG_STATE_HOME/enclavia" "$ENCLAVIA_STATE_DIR"
            mkdir -m 700 -p "$ENCLAVIA_STATE_DIR/spool" "$ENCLAVIA_STATE_DIR/enclavia-docker-0123456789abcdef"
            mkfifo -m 600 "$ENCLAVIA_STATE_DIR/spool/01900000-0000-7000-8000-000000000001.jsonl" \
                "$ENCLAVIA_STATE_DIR/enclavia-docker-0123456789abcdef/lock"
            for command in 'doctor' 'status' 'history reconcile'; do
                timeout 20 enclavia $command >/dev/null 2>'\(folder.path)/err'
                [ $? = 124 ] && echo "$command waits"
            done
            mv "$ENCLAVIA_STATE_DIR/history.db" "$ENCLAVIA_STATE_DIR/old.db"
            rm -f "$ENCLAVIA_STATE_DIR"/history.db-*
            mkfifo -m 600 "$ENCLAVIA_STATE_DIR/history.db"
            timeout 20 enclavia doctor >/dev/null 2>'\(folder.path)/err'
            [ $? = 124 ] && echo "doctor waits for the history"
            true
            """)
        #expect(run.out == "", "\(run.err)")
    }

    @Test func `a missing client and an unreachable engine are errors`() async throws {
        let missing = try await doctor(["ENCLAVIA_ENGINE": "no-such-engine"])
        #expect(missing.status == 1)
        #expect(missing.findings["engine_client"]?.level == "error")
        #expect(missing.findings["engine"] == nil)
        let away = try await doctor(["DOCKER_HOST": "unix:///nonexistent/docker.sock"])
        #expect(away.status == 1)
        #expect(away.findings["engine"]?.level == "error")
        #expect(away.findings["engine"]?.message.contains("/nonexistent/docker.sock") == true)
    }

    @Test func `a client that cannot be executed is not reported as missing`() async throws {
        let folder = try Folder()
        let client = try folder.write("#!/nowhere/sh\n", to: "docker", mode: 0o755)
        let answer = try await doctor(["ENCLAVIA_ENGINE": client])
        #expect(answer.status == 1)
        #expect(answer.findings["engine_client"]?.level == "error")
        #expect(answer.findings["engine_client"]?.message.contains("\"/nowhere/sh\"") == true)
        #expect(answer.findings["engine"] == nil)
    }

    @Test(.enabled(if: geteuid() == 0, "only root can become somebody else"))
    func `a socket without permission is reported with its group, by push too`() async throws {
        let sandbox = try await sandbox()
        let folder = try Folder()
        chmod(folder.path, 0o755)
        let path = "\(folder.path)/docker.sock"
        let made = try await Run.program(
            "python3",
            ["-c", "import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])", path])
        try #require(made.status == 0, "\(made.err)")
        let name = String(cString: try #require(getgrgid(1)).pointee.gr_name)
        try #require(chown(path, 0, 1) == 0 && chmod(path, 0o660) == 0)
        let token = try await sandbox.shell(
            #"sed -E 's/.*"(access_token|token)" *: *"([^"]*)".*/\2/' "$XDG_CONFIG_HOME"/enclavia/credentials.json | tr -d '\n'"#
        ).out
        let home = "\(folder.path)/home"
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: false)
        try #require(chown(home, 65534, 65534) == 0)
        let environment = [
            "DOCKER_HOST": "unix://\(path)", "HOME": home, "ENCLAVIA_TOKEN": token,
            "XDG_CONFIG_HOME": "\(home)/config", "XDG_STATE_HOME": "\(home)/state",
            "XDG_RUNTIME_DIR": "", "ENCLAVIA_EVENT_LOG": "off",
        ]
        for command in ["doctor --json", "push --json doctor:v1 doctor:v1"] {
            let run = try await sandbox.shell(
                "exec setpriv --reuid=65534 --regid=65534 --clear-groups enclavia \(command)",
                environment: environment, directory: home)
            #expect(run.out.contains("add yourself to the group \\\"\(name)\\\""), "\(run)")
            if command.hasPrefix("push") {
                #expect(run.status == 69)
                #expect(try run.object()["kind"] as? String == "engine_unavailable")
            }
        }
    }

    @Test func `a missing credential helper is a warning`() async throws {
        let folder = try Folder()
        try folder.write("{\"credsStore\": \"nowhere\"}", to: "config.json")
        let helper = try await doctor(["DOCKER_CONFIG": folder.path]).findings["credential_helper"]
        #expect(helper?.level == "warning")
        #expect(helper?.message.contains("docker-credential-nowhere") == true)
        try folder.write("not JSON", to: "config.json")
        let fault = try await doctor(["DOCKER_CONFIG": folder.path]).findings
        #expect(fault["engine_configuration"]?.level == "warning")
        #expect(fault["engine_configuration"]?.message.contains("/config.json") == true)
        #expect(fault["engine"]?.level == "ok", "the engine is the one at DOCKER_HOST")
    }

    @Test func `doctor checks the account`() async throws {
        let folder = try Folder()
        let none = try await doctor(["XDG_CONFIG_HOME": folder.path])
        #expect(none.findings["account"]?.level == "warning")
        #expect(none.status == 0, "a warning does not change the exit code")
        try folder.write("not JSON", to: "enclavia/credentials.json")
        let broken = try await doctor(["XDG_CONFIG_HOME": folder.path])
        #expect(broken.findings["credentials"]?.level == "error")
        let inCI = try await doctor(["CI": "true"])
        #expect(inCI.findings["credentials"]?.level == "warning")
    }

    @Test func `a backend that does not answer is an error`() async throws {
        let answer = try await doctor([
            "ENCLAVIA_TOKEN": "x", "ENCLAVIA_BACKEND_URL": "http://127.0.0.1:9",
        ])
        #expect(answer.status == 1)
        #expect(answer.findings["backend"]?.level == "error")
    }

    @Test func `a damaged history is an error`() async throws {
        let folder = try Folder()
        try folder.write(String(repeating: "no database ", count: 1000), to: "history.db")
        let garbage = try await doctor(["ENCLAVIA_STATE_DIR": folder.path])
        #expect(garbage.status == 1)
        #expect(garbage.findings["store"]?.level == "error")

        let sandbox = try await sandbox()
        try await #require(
            Run.program("cp", ["-r", sandbox.stateDirectory, "\(folder.path)/copy"]).status == 0)
        let edit = try await Run.program(
            "sqlite3",
            [
                "\(folder.path)/copy/history.db",
                "UPDATE event SET data = replace(data, 'alice', 'malice')"
                    + " WHERE seq = (SELECT max(seq) FROM event)",
            ])
        try #require(edit.status == 0, "\(edit.err)")
        let edited = try await doctor(["ENCLAVIA_STATE_DIR": "\(folder.path)/copy"])
        #expect(edited.status == 1)
        #expect(edited.findings["store"]?.message.contains("does not follow") == true)
    }

    @Test func `a directory that does not exist yet is ok and is not created`() async throws {
        let folder = try Folder()
        let state = "\(folder.path)/not/yet"
        let answer = try await doctor(["ENCLAVIA_STATE_DIR": state])
        #expect(answer.findings["store"]?.level == "ok")
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/not"))
    }
}
