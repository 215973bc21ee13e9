import EnclaviaCore
import EnclaviaSystem
import SystemPackage

/// The clients of pushes, which may outlive the push that started them.
///
/// Each starts with its push's id in `ENCLAVIA_PUSH_ID`, which its own children inherit. Unlike a process
/// id, it is never reused.
package struct ClientProcesses: PushClients {
    static let variable = "ENCLAVIA_PUSH_ID"

    /// The most bytes of an environment that are read; Linux passes 6 MiB at the most (execve(2)).
    private static let limit = 16 << 20

    private let root: String

    /// - Parameter root: where the proc file system is mounted.
    package init(root: String = "/proc") {
        self.root = root
    }

    /// Searches the environments of this user's processes (proc(5)), without starting a process.
    ///
    /// - Returns: `nil` where `root` has no processes, so that the state is unknown.
    package func isRunning(_ id: PushID) -> Bool? {
        let processes = DirectoryTree.names(in: root).filter { Int32($0) != nil }
        guard !processes.isEmpty else { return nil }
        let entry = Array("\(Self.variable)=\(id.text)\0".utf8)
        return processes.contains { name in
            // A process that has ended meanwhile, or is another user's, is not the push's.
            let file = FilePath(native: "\(root)/\(name)/environ")
            guard let environment = try? BoundedFile(file, limit: Self.limit).bytes else {
                return false
            }
            return environment.starts(with: entry)
                || environment.firstRange(of: [0] + entry) != nil
        }
    }
}
