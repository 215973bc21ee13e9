import EnclaviaBase
import Glibc

/// The environment of completion; each variable is read when it is needed.
enum CompletionEnvironment {
    static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// The directory of the history; `nil` where no home directory is known.
    static var stateDirectory: String? {
        let environment = variables(["ENCLAVIA_STATE_DIR", "XDG_STATE_HOME", "HOME"])
        // The kernel resolves relative paths, so the absolute path is not needed.
        return UserDirectories.home(environment).map { home in
            UserDirectories.state(environment, workingDirectory: ".", home: home)
        }
    }

    /// The path of the history; `nil` where no home directory is known.
    static var databasePath: String? { stateDirectory.map { $0 + "/history.db" } }

    /// `XDG_RUNTIME_DIR`, where it is an absolute path.
    static var runtimeDirectory: String? {
        let name = "XDG_RUNTIME_DIR"
        return variables([name])[name].flatMap { $0.hasPrefix("/") ? $0 : nil }
    }

    /// The server that the history is sent to, as typed.
    static var sharedHistory: String? {
        let name = "ENCLAVIA_HISTORY_REMOTE"
        return variables([name])[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// What decides how characters are encoded.
    static var ofLocale: [String: String] { variables(["LC_ALL", "LC_CTYPE", "LANG"]) }

    /// What decides where the engine is.
    static var ofEngine: [String: String] {
        variables([
            "DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_TLS_VERIFY", "DOCKER_TLS",
            "HOME",
        ])
    }

    private static func variables(_ names: [String]) -> [String: String] {
        var found: [String: String] = [:]
        for name in names {
            if let value = getenv(name) { found[name] = String(native: value) }
        }
        return found
    }
}
