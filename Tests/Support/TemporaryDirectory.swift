import Foundation

/// A directory that is removed with its last reference.
package final class TemporaryDirectory: Sendable {
    package let root: String

    package init() throws {
        var template = Array("/tmp/enclavia-tests.XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw CocoaError(.fileWriteUnknown) }
        root = String(cString: made)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: root)
    }

    package func path(_ name: String) -> String { "\(root)/\(name)" }

    package func makeDirectory(_ name: String) throws {
        try FileManager.default.createDirectory(
            atPath: path(name), withIntermediateDirectories: true)
    }

    package func write(_ text: String, to name: String, isProgram: Bool = false) throws {
        try text.write(toFile: path(name), atomically: false, encoding: .utf8)
        if isProgram { chmod(path(name), 0o755) }
    }

    package func read(_ name: String) throws -> String {
        try String(contentsOfFile: path(name), encoding: .utf8)
    }

    /// Every file below `name` with its mode, its modification time and its content.
    package func snapshot(_ name: String) throws -> [String: String] {
        var snapshot: [String: String] = [:]
        for file in try FileManager.default.subpathsOfDirectory(atPath: path(name)) {
            let whole = path("\(name)/\(file)")
            var status = stat()
            lstat(whole, &status)
            let content = FileManager.default.contents(atPath: whole)?.base64EncodedString() ?? ""
            snapshot[file] =
                "\(status.st_mode) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec) \(content)"
        }
        return snapshot
    }
}
