import Foundation
import TestSupport

/// A push whose engine waits, after it has begun, until it is let go; it holds the lock of its reference meanwhile.
struct HeldPush {
    let command: Launched
    private let folder: Folder

    init(_ words: [String], in sandbox: Sandbox) throws {
        folder = try Folder()
        try folder.write(
            """
            #!/bin/sh
            if [ "$1" = push ]; then
                touch '\(folder.path)/pushing'
                while [ ! -e '\(folder.path)/go' ]; do sleep 0.1; done
            fi
            exec "$(PATH=${PATH#*:} command -v docker)" "$@"
            """, to: "bin/docker", mode: 0o700)
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        command = try Launched(
            ["push"] + words, in: sandbox, environment: ["PATH": "\(folder.path)/bin:\(path)"])
    }

    /// Waits until the engine has begun.
    ///
    /// - Returns: whether it has.
    func hasBegun() async throws -> Bool {
        try await eventually { FileManager.default.fileExists(atPath: "\(folder.path)/pushing") }
    }

    func letGo() throws { try folder.write("", to: "go") }
}
