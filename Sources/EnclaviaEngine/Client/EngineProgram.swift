import EnclaviaCore
import EnclaviaSystem
import Glibc
import Synchronization
import SystemPackage

/// The engine's client on this machine: its path, and whose command line it has.
package struct EngineProgram: Hashable, Sendable {
    package enum Dialect: String, Hashable, Sendable {
        case docker, podman
        /// Docker's command line, with containerd instead of Docker's engine.
        case nerdctl
    }

    /// An absolute path, or the one that the user gave.
    package let path: String
    package let dialect: Dialect

    private init(path: String, dialect: Dialect) {
        self.path = path
        self.dialect = dialect
    }

    func speaking(_ dialect: Dialect) -> EngineProgram {
        EngineProgram(path: path, dialect: dialect)
    }

    /// Looks `name` up, in `PATH` unless it is a path.
    ///
    /// - Throws: ``EngineError/notInstalled(program:)``, and
    ///   ``EngineError/unusableProgram(path:_:)`` where files of that name cannot be run.
    package init(named name: String, path searchPath: String?) throws(EngineError) {
        guard let path = ProgramSearch.find(name, in: searchPath) else {
            guard let (path, fault) = ProgramSearch.unusable(name, in: searchPath) else {
                throw .notInstalled(program: name)
            }
            throw .unusableProgram(path: path, fault)
        }
        self.path = path
        dialect = Self.dialect(of: path)
    }

    /// The dialect, by the name of the file or of its link's target.
    private static func dialect(of path: String) -> Dialect {
        var names = [FilePath(native: path).lastComponent?.stem]
        if let target = try? FilePath(native: path).resolved() {
            names.append(target.lastComponent?.stem)
        }
        return names.lazy.compactMap { $0.flatMap(Dialect.init) }.first { $0 != .docker } ?? .docker
    }

    /// Whether the file is a short script that mentions another client, to run it or for another reason.
    var isScriptNamingAnother: Bool {
        // A script that can be run but not read is treated as Docker's client.
        guard dialect == .docker,
            let text = try? BoundedFile(FilePath(native: path), limit: 4096).text
        else {
            return false
        }
        return text.hasPrefix("#!") && (text.contains("podman") || text.contains("nerdctl"))
    }

    /// Whether the file, or its link's target, is a binary (elf(5)), not a script. A file that cannot be read
    /// is treated as a script.
    var isBinary: Bool {
        guard let file = try? BoundedFile(FilePath(native: path), limit: 4) else { return false }
        return file.bytes == [0x7F] + Array("ELF".utf8)
    }
}

/// The client's dialect, once its output has shown it.
final class KnownDialect: Sendable {
    private let state = Mutex<EngineProgram.Dialect?>(nil)

    var value: EngineProgram.Dialect? { state.withLock { $0 } }

    func set(_ dialect: EngineProgram.Dialect) {
        state.withLock { $0 = dialect }
    }
}
