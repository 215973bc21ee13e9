import EnclaviaCore
import EnclaviaEngine
import EnclaviaSystem
import Glibc

/// The environment of completion; each variable is read when it is needed.
struct CompletionEnvironment {
    var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// The path of the history; `nil` where no home directory is known.
    var databasePath: String? {
        let names = ["ENCLAVIA_STATE_DIR", "XDG_STATE_HOME", "HOME"]
        let settings = try? Settings(
            environment: Self.variables(names), workingDirectory: Self.workingDirectory)
        return settings.map { "\($0.stateDirectory)/history.db" }
    }

    /// The names of the engine's images, where the engine listens on a Unix socket.
    func images() -> [String] {
        let names = [
            "DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_TLS_VERIFY", "DOCKER_TLS",
            "HOME",
        ]
        let environment = Self.variables(names)
        let path = EngineImages.socketPath(environment: environment, home: environment["HOME"])
        return path.map { EngineImages.names(socketPath: $0) } ?? []
    }

    /// The kernel resolves relative paths, so the absolute path is not needed.
    private static let workingDirectory = "."

    private static func variables(_ names: [String]) -> [String: String] {
        var found: [String: String] = [:]
        for name in names {
            if let value = getenv(name) { found[name] = String(native: value) }
        }
        return found
    }
}
