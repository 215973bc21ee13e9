import EnclaviaSystem
import Foundation
import SystemPackage

/// The one directory that holds everything a sandbox makes.
struct SandboxDirectory: Sendable {
    let path: String

    /// Makes `enclavia-sandbox.XXXXXX` (0700) in `parent`.
    init(in parent: String) throws {
        var template = Array("\(parent)/enclavia-sandbox.XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else {
            throw SandboxError.cannotMake(
                "a directory in \(parent)", reason: String(cString: strerror(errno)))
        }
        path = String(cString: made)
        // The longest socket is containerd's; sun_path holds 108 bytes with its end (unix(7)).
        if containerdSocket.utf8.count > 107 {
            remove()
            throw SandboxError.pathTooLong(containerdSocket)
        }
    }

    var registrySocket: String { path + "/registry.sock" }
    var engineSocket: String { path + "/docker.sock" }
    var containerdSocket: String { path + "/run/containerd/containerd.sock.ttrpc" }

    /// Makes a directory (0700) under the sandbox's; returns its path.
    func makeDirectory(_ name: String) throws -> String {
        let made = path + "/" + name
        do {
            try FileManager.default.createDirectory(
                atPath: made, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw SandboxError.cannotMake(made, reason: error.localizedDescription)
        }
        return made
    }

    /// Writes a file that nobody else can read.
    func write(_ text: String, to file: String) throws {
        try PrivateFile.write(text, to: file)
    }

    /// Removes the directory. Retries for a second, because files may still be in use.
    func remove() {
        for _ in 0..<50 {
            try? FileManager.default.removeItem(atPath: path)
            if !FileManager.default.fileExists(atPath: path) { return }
            usleep(20_000)
        }
    }
}

/// Files of mode 0600 that appear complete or not at all.
enum PrivateFile {
    static func write(_ text: String, to file: String) throws {
        do {
            _ = try FileReplacement(FilePath(file)).write { try $0.write(text) }
        } catch {
            throw SandboxError.cannotMake(file, reason: String(describing: error))
        }
    }
}
