import Foundation
import TestSupport
import Testing

/// Files that another user has put where enclavia writes, or that others can read.
@Suite(.serialized)
struct UnsafeFileTests {
    private static let shared = Task {
        let sandbox = try await Sandbox.start()
        try await sandbox.image("app:v1", seed: 70)
        return sandbox
    }

    enum Place: String, CaseIterable {
        case log = "events.jsonl"
        case store = "history.db"
        case storeLock = "history.db.lock"
        case running, spool, credentials
        case credentialsLock = "credentials.lock"

        var isDirectory: Bool { self == .running || self == .spool }
        /// All but the credentials' lock file, which is locked and never written.
        static let written = allCases.filter { $0 != .credentialsLock }

        var isCredentials: Bool { self == .credentials || self == .credentialsLock }
    }

    /// Directories for one push, in which the place is still empty.
    private struct Scene {
        let folder: Folder
        let environment: [String: String]
        /// The path of the place.
        let path: String

        init(_ place: Place, _ sandbox: Sandbox) throws {
            folder = try Folder()
            try folder.write("precious", to: "target/precious")
            try folder.write("", to: "state/.keep")
            var environment = ["ENCLAVIA_STATE_DIR": "\(folder.path)/state"]
            if place == .spool {
                // The store is unusable, so that the push needs the spool.
                try folder.write("no database, for all its length", to: "state/history.db")
            }
            if place.isCredentials {
                environment["XDG_CONFIG_HOME"] = "\(folder.path)/config"
                let text = try String(contentsOfFile: sandbox.credentialsFile, encoding: .utf8)
                let isAway = place == .credentials
                try folder.write(
                    text, to: isAway ? "target/credentials" : "config/enclavia/credentials.json")
                try folder.write("", to: "config/enclavia/.keep")
            }
            self.environment = environment
            path =
                switch place {
                case .credentials: "\(folder.path)/config/enclavia/credentials.json"
                case .credentialsLock: "\(folder.path)/config/enclavia/credentials.lock"
                default: "\(folder.path)/state/\(place.rawValue)"
                }
        }

        /// Everything in the directory, by name, owner and content.
        func state(of directory: String) async throws -> String {
            let run = try await Run.shell(
                "find . -printf '%p %u %m\\n' | sort; find . -type f | sort | xargs -r sha256sum",
                directory: directory)
            return run.out
        }
    }

    @Test(arguments: Place.allCases)
    func `a symbolic link in place of a file or directory is not followed`(
        _ place: Place
    ) async throws {
        let sandbox = try await Self.shared.value
        let scene = try Scene(place, sandbox)
        let file = place == .credentials ? "credentials" : "precious"
        let target = "\(scene.folder.path)/target" + (place.isDirectory ? "" : "/\(file)")
        try FileManager.default.createSymbolicLink(
            atPath: scene.path, withDestinationPath: target)
        let before = try await scene.state(of: "\(scene.folder.path)/target")
        if place.isCredentials { _ = try await sandbox.control("POST", "expire", "{}") }
        let push = try await sandbox.enclavia(
            ["push", "app:v1", "link:v1"], environment: scene.environment)
        let after = try await scene.state(of: "\(scene.folder.path)/target")
        #expect(before == after, "\(place) was followed: \(push.err)")
        try await expectReported(place, push, "symbolic link")
    }

    @Test(.enabled(if: geteuid() == 0), arguments: Place.written)
    func `a file or directory of another user is neither trusted nor written`(
        _ place: Place
    ) async throws {
        let sandbox = try await Self.shared.value
        let scene = try Scene(place, sandbox)
        let made = try await Run.shell(
            """
            \(place.isDirectory ? "mkdir" : "echo theirs >") \(scene.path)
            \(place == .credentials ? "cp \(scene.folder.path)/target/credentials \(scene.path)" : "")
            chmod \(place.isDirectory ? 777 : 666) \(scene.path); chown 65534 \(scene.path)
            """)
        try #require(made.status == 0, "\(made.err)")
        let content = try? Data(contentsOf: URL(filePath: scene.path))
        if place.isCredentials { _ = try await sandbox.control("POST", "expire", "{}") }
        let push = try await sandbox.enclavia(
            ["push", "app:v1", "foreign:v1"], environment: scene.environment)
        let owner = try FileManager.default.attributesOfItem(atPath: scene.path)[.ownerAccountID]
        #expect(owner as? Int == 65534, "\(place) was replaced: \(push.err)")
        #expect(
            (try? Data(contentsOf: URL(filePath: scene.path))) == content, "\(place) was written")
        if place.isDirectory {
            #expect(try FileManager.default.contentsOfDirectory(atPath: scene.path) == [])
        }
        try await expectReported(
            place, push, place == .credentials ? "belongs to another user" : "belongs to user 65534"
        )
    }

    /// A push succeeds with unsafe files in its state directory, and fails with unsafe credentials.
    private func expectReported(_ place: Place, _ push: Run, _ words: String) async throws {
        guard !place.isCredentials else {
            #expect(push.status != 0, "\(place): \(push.err)")
            #expect(push.err.contains(words), "\(push.err)")
            return
        }
        #expect(push.status == 0, "\(place): \(push.err)")
        // If the store is damaged, the record goes to the next spool directory without a warning about the first.
        #expect(place == .spool || push.err.contains(words), "\(push.err)")
    }
}
