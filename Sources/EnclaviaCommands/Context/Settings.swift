import EnclaviaCore
import EnclaviaSystem
import Glibc

/// The settings from the environment; each variable is read in one place.
///
/// Directories follow the XDG Base Directory Specification 0.8: a relative path in one of its
/// variables is ignored.
package struct Settings: Hashable, Sendable {
    /// Names and values as ``NativeText``.
    package let environment: [String: String]
    package let home: String
    package let workingDirectory: String

    /// - Parameter needsHome: whether a home directory must be known; else it is `/` where it is not.
    /// - Throws: `config` where none is known and one is needed.
    package init(
        environment: [String: String], workingDirectory: String, needsHome: Bool = true
    ) throws(UserError) {
        guard let home = UserDirectories.home(environment) ?? (needsHome ? nil : "/") else {
            throw UserError(
                .config,
                "no home directory is known: HOME is not an absolute path, and user \(getuid()) is not"
                    + " in the passwd database: set HOME")
        }
        for name in Self.texts where environment[name]?.isUTF8 == false {
            throw UserError(.config, "\(name) is not UTF-8")
        }
        self.environment = environment
        self.home = home
        self.workingDirectory = workingDirectory
    }

    /// A path in the home directory, which may be `/`.
    func inHome(_ path: String) -> String { UserDirectories.path(path, in: home) }

    /// The variables whose values must be UTF-8, since they are sent or read as text.
    private static let texts = [
        "ENCLAVIA_BACKEND_URL", "ENCLAVIA_HISTORY_REMOTE", "ENCLAVIA_TOKEN",
        "ENCLAVIA_TAG_POLICY", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy",
        "SSL_CERT_FILE",
    ]

    /// The directory of the history: `ENCLAVIA_STATE_DIR`, else `$XDG_STATE_HOME/enclavia`.
    package var stateDirectory: String {
        UserDirectories.state(environment, workingDirectory: workingDirectory, home: home)
    }

    /// The directory of the credentials: `$XDG_CONFIG_HOME/enclavia`.
    package var configDirectory: String {
        "\(directory("XDG_CONFIG_HOME") ?? inHome(".config"))/enclavia"
    }

    /// `XDG_RUNTIME_DIR`, where it is set and usable.
    package var runtimeDirectory: String? { directory("XDG_RUNTIME_DIR") }

    /// `ENCLAVIA_EVENT_LOG`: another path, or `off`; `nil` for the default path.
    package var eventLog: String? { value("ENCLAVIA_EVENT_LOG") }

    /// `ENCLAVIA_ENGINE`: the engine's program; `docker` by default.
    package var engineProgram: String { value("ENCLAVIA_ENGINE") ?? "docker" }

    /// `ENCLAVIA_BACKEND_URL`.
    package var backendURL: String? { value("ENCLAVIA_BACKEND_URL") }

    /// `ENCLAVIA_HISTORY_REMOTE`: the server that the history is sent to.
    package var historyRemote: String? { value("ENCLAVIA_HISTORY_REMOTE") }

    /// `ENCLAVIA_TOKEN`.
    package var token: Secret? { value("ENCLAVIA_TOKEN").map(Secret.init) }

    /// `ENCLAVIA_TAG_POLICY`: which tags may be moved; `nil` where it is not set.
    package func tagPolicyRules() throws(TagPolicyRulesError) -> TagPolicyRules? {
        guard let text = value("ENCLAVIA_TAG_POLICY") else { return nil }
        return try TagPolicyRules(text)
    }

    /// `CI`: whether this runs in continuous integration.
    package var isContinuousIntegration: Bool {
        guard let text = value("CI") else { return false }
        return text != "false" && text != "0"
    }

    /// A variable that is set and not empty.
    package func value(_ name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A variable that names a directory by its absolute path.
    func directory(_ name: String) -> String? {
        value(name).flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
}
