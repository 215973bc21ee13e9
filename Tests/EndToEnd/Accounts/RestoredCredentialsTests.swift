import Foundation
import TestSupport
import Testing

/// Credentials files that a CI job or an orchestrator has written.
@Suite(.serialized)
struct RestoredCredentialsTests {
    private static let shared = Task { try await Sandbox.start(engine: false) }

    @Test func `a file restored by a plain redirect is used, with one warning that names the fix`()
        async throws
    {
        let sandbox = try await Self.shared.value
        let folder = try Folder()
        let run = try await sandbox.shell(
            """
            umask 022
            export SAVED="$(cat "$XDG_CONFIG_HOME/enclavia/credentials.json")"
            export XDG_CONFIG_HOME='\(folder.path)/config'
            mkdir -p "$XDG_CONFIG_HOME/enclavia"
            printf '%s\\n' "$SAVED" >"$XDG_CONFIG_HOME/enclavia/credentials.json"
            enclavia auth status --remote --json
            """, environment: ["CI": ""])
        #expect(run.status == 0, "\(run.err)")
        #expect(try run.object()["handle"] as? String == "alice")
        let file = "\(folder.path)/config/enclavia/credentials.json"
        #expect(
            run.err
                == "warning: \(file) can be read by other users: run `chmod 600 \(file)`\n")
    }

    @Test(
        .enabled(if: geteuid() == 0, "only root can make files of root's for another user"),
        arguments: ["0644 root:root", "0440 root:12345"])
    func `another user reads a file that root wrote, and is not asked to run chmod`(
        _ rights: String
    ) async throws {
        let sandbox = try await Self.shared.value
        let folder = try Folder()
        let parts = rights.split(separator: " ")
        let run = try await sandbox.shell(
            """
            set -e
            chmod 755 '\(folder.path)'
            install -d -m 1777 '\(folder.path)/config/enclavia'
            cd '\(folder.path)/config/enclavia'
            mkdir -m 755 ..2026 && ln -s ..2026 ..data && ln -s ..data/credentials.json .
            echo '{"token":"long-lived","handle":"alice"}' >..data/credentials.json
            chmod \(parts[0]) ..data/credentials.json
            chown \(parts[1]) ..data/credentials.json
            p=$(command -v enclavia); q='\(folder.path)/program'; ln "$p" "$q" 2>/dev/null || cp "$p" "$q"
            exec env HOME=/ XDG_CONFIG_HOME='\(folder.path)/config' \
                setpriv --reuid=12345 --regid=12345 --clear-groups \
                '\(folder.path)/program' auth status --json
            """, environment: ["CI": ""], directory: "/")
        #expect(run.status == 0, "\(run.err)")
        #expect(try run.object()["handle"] as? String == "alice")
        #expect(run.err.isEmpty, "\(run.err)")
    }

    @Test(.enabled(if: geteuid() == 0, "only root can make files of root's for another user"))
    func `the error for an unreadable file names the current user`() async throws {
        let sandbox = try await Self.shared.value
        let folder = try Folder()
        let run = try await sandbox.shell(
            """
            set -e
            chmod 755 '\(folder.path)'
            install -d -m 755 '\(folder.path)/config/enclavia'
            install -m 400 /dev/null '\(folder.path)/config/enclavia/credentials.json'
            p=$(command -v enclavia); q='\(folder.path)/program'; ln "$p" "$q" 2>/dev/null || cp "$p" "$q"
            exec env HOME=/ XDG_CONFIG_HOME='\(folder.path)/config' \
                setpriv --reuid=12345 --regid=12345 --clear-groups \
                '\(folder.path)/program' auth status --json
            """, directory: "/")
        #expect(run.status == 78, "\(run.err)")
        #expect(
            try run.object()["error"] as? String
                == "\(folder.path)/config/enclavia/credentials.json: cannot be read by user 12345:"
                + " permission denied")
    }
}
