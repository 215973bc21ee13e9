import Glibc
import SystemPackage

/// What the kernel shows of a process and of those that it started (proc(5)).
package struct ProcessStatus {
    let identifier: pid_t
    /// The identifier of the process that leads its session.
    let session: pid_t
    /// Stopped by a signal, not by a debugger.
    let isStopped: Bool
    /// Whether it has a controlling terminal, whose foreground is another process group.
    let isInBackground: Bool

    /// `nil` where the process has ended, or `/proc` is not mounted.
    init?(_ identifier: pid_t) {
        guard
            let text = try? BoundedFile(FilePath(native: "/proc/\(identifier)/stat"), limit: 4096)
                .text,
            let name = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[text.index(after: name)...].split(separator: " ")
        // state, parent, group, session, terminal, the terminal's foreground group
        guard fields.count > 5, let group = Int(fields[2]), let session = pid_t(fields[3]),
            let terminal = Int(fields[4]), let foreground = Int(fields[5])
        else { return nil }
        self.identifier = identifier
        self.session = session
        isStopped = fields[0] == "T"
        isInBackground = terminal != 0 && foreground != group
    }

    /// The processes that `identifier` started, those that these started, and so on.
    static func descendants(of identifier: pid_t) -> [ProcessStatus] {
        var found: [ProcessStatus] = []
        var next = [identifier]
        while let parent = next.popLast(), found.count < 1000 {
            let children = children(of: parent)
            found += children.compactMap(ProcessStatus.init)
            next += children
        }
        return found
    }

    /// The processes that the threads of `identifier` started, and that have not been waited for.
    package static func children(of identifier: pid_t) -> [pid_t] {
        DirectoryTree.names(in: "/proc/\(identifier)/task").flatMap { thread -> [pid_t] in
            let path = "/proc/\(identifier)/task/\(thread)/children"
            // A thread that has ended meanwhile has no children.
            guard let text = try? BoundedFile(FilePath(native: path), limit: 65_536).text else {
                return []
            }
            return text.split(separator: " ").compactMap { pid_t($0) }
        }
    }

    /// Kills all processes of a session, also those that they start meanwhile. Without `/proc`, only those of the
    /// leader's process group are found.
    static func killSession(_ leader: pid_t) {
        kill(-leader, SIGKILL)
        // A process that has been killed is listed until it is reaped.
        var killed: Set<pid_t> = []
        for _ in 0..<10 {
            let found = DirectoryTree.names(in: "/proc").compactMap { pid_t($0) }
                .filter { !killed.contains($0) && ProcessStatus($0)?.session == leader }
            if found.isEmpty { return }
            for process in found { kill(process, SIGKILL) }
            killed.formUnion(found)
        }
    }
}
