import EnclaviaCore
import Glibc
import SystemPackage

extension ProgramFault {
    /// Looks at the file itself.
    ///
    /// - Returns: `nil` where there is no such file, or nothing is wrong with it that shows without
    ///   running it.
    package init?(at path: String) {
        let name = FilePath(native: path)
        guard let link = name.status else { return nil }
        let status: Stat
        do throws(Errno) {
            status = try name.stat()
        } catch {
            guard link.type == .symbolicLink,
                [.noSuchFileOrDirectory, .tooManySymbolicLinkLevels].contains(error)
            else { return nil }
            self = .danglingLink(target: name.linkTarget?.lossy ?? "")
            return
        }
        switch status.type {
        case .regular: break
        case .directory:
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
    /// - Returns: `nil` if there is no such file, or it does not show the cause.
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
        case .execFormatError: self = .wrongFormat
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

    /// A program may be executable and not readable: then its content tells nothing.
    private static func beginning(of path: String) -> [UInt8] {
        (try? BoundedFile(FilePath(native: path), limit: 512))?.bytes ?? [0]
    }

    private static func runsNothing(_ path: String) -> Bool {
        var status = statvfs()
        return statvfs(path.native, &status) == 0 && UInt(status.f_flag) & noExec != 0
    }

    /// `ST_NOEXEC` (statvfs(3)), which the C library declares for _GNU_SOURCE alone.
    private static let noExec: UInt = 8
}
