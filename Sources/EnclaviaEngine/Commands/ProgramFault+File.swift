import EnclaviaCore
import EnclaviaSystem
import Glibc
import SystemPackage

extension ProgramFault {
    /// Looks at the file itself.
    ///
    /// - Returns: `nil` where there is no such file, or nothing is wrong with it that shows without
    ///   running it.
    package init?(at path: String) {
        var link = stat()
        guard lstat(path.native, &link) == 0 else { return nil }
        var status = stat()
        guard stat(path.native, &status) == 0 else {
            guard link.st_mode & S_IFMT == S_IFLNK, errno == ENOENT || errno == ELOOP else {
                return nil
            }
            self = .danglingLink(target: Self.target(of: path))
            return
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR:
            self = .directory
            return
        default:
            self = .notRegular
            return
        }
        guard access(path.native, X_OK) == 0 else {
            self = Self.runsNothing(path) ? .noExecMount : .notExecutable
            return
        }
        guard let interpreter = Self.interpreter(in: Self.beginning(of: path)),
            access(interpreter.native, X_OK) != 0
        else { return nil }
        self = .missingInterpreter(interpreter)
    }

    /// What the kernel's refusal to run a file means.
    ///
    /// - Parameter error: that of execve(2).
    /// - Returns: `nil` where there is no such file, or the file does not tell.
    init?(at path: String, refused error: Errno) {
        if let fault = ProgramFault(at: path) {
            self = fault
            return
        }
        guard access(path.native, F_OK) == 0 else { return nil }
        let start = Self.beginning(of: path)
        let isELF = start.starts(with: [0x7F, 0x45, 0x4C, 0x46])
        switch error {
        case .noSuchFileOrDirectory where isELF: self = .missingLoader
        case .execFormatError where start.isEmpty: self = .empty
        case .execFormatError where !isELF && !start.contains(0): self = .noInterpreterLine
        case .execFormatError: self = .foreignFormat
        default: return nil
        }
    }

    /// The program that the first line names; of a longer line Linux reads 255 bytes.
    private static func interpreter(in start: [UInt8]) -> String? {
        guard start.starts(with: "#!".utf8) else { return nil }
        let line = start.dropFirst(2).prefix(254).prefix { $0 != UInt8(ascii: "\n") }
        let blanks = [UInt8(ascii: " "), UInt8(ascii: "\t")]
        let name = line.drop { blanks.contains($0) }.prefix { !blanks.contains($0) && $0 != 0 }
        return name.isEmpty ? nil : String(decoding: name, as: UTF8.self)
    }

    private static func beginning(of path: String) -> [UInt8] {
        // A program may be executable and not readable: then its content tells nothing.
        guard
            let file = try? FileDescriptor.open(
                FilePath(native: path), .readOnly, options: [.closeOnExec, .nonBlocking])
        else { return [0] }
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = try? file.closeAfter {
            try bytes.withUnsafeMutableBytes { try file.read(into: $0) }
        }
        return count.map { Array(bytes.prefix($0)) } ?? [0]
    }

    private static func target(of link: String) -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(link.native, &buffer, buffer.count)
        let bytes = buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func runsNothing(_ path: String) -> Bool {
        var status = statvfs()
        return statvfs(path.native, &status) == 0 && UInt(status.f_flag) & noExec != 0
    }

    /// `ST_NOEXEC` (statvfs(3)), which the C library shows to GNU programs alone.
    private static let noExec: UInt = 8
}
