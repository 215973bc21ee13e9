import EnclaviaCore
import EnclaviaSystem
import SystemPackage

/// What psql gets besides its arguments: the user's own settings of libpq, and those that keep a connection secure.
struct PsqlEnvironment {
    private static let removed = ["LC_ALL", "PGOPTIONS", "PGDATESTYLE", "PGTZ", "PGGEQO"]

    private let variables: [String: String]
    private let home: String?

    init(_ variables: [String: String], home: String?) {
        self.variables = variables
        self.home = home
    }

    /// The environment of psql for `remote`.
    ///
    /// - Parameter trustsSystem: whether psql can check certificates with those of the system, by the name `system`:
    ///   before version 16, that is a file in the working directory.
    /// - Throws: ``RemoteError``, where a file that may hold a password can be read by others.
    func variables(
        for remote: HistoryRemote, trustsSystem: Bool
    ) throws(RemoteError) -> [String: String] {
        try checkFiles(for: remote)
        var result = ChildEnvironment.of(variables)
        // What would change how the server understands statements, or name another server than the remote.
        for name in Self.removed + (remote.service == nil ? ["PGSERVICE", "PGSERVICEFILE"] : []) {
            result[name] = nil
        }
        result["LC_MESSAGES"] = "C"
        result["PGCLIENTENCODING"] = "UTF8"
        result["PGAPPNAME"] = result["PGAPPNAME"] ?? "enclavia"
        guard variables["PGSSLMODE"] == nil, remote.parameters["sslmode"] == nil else {
            return result
        }
        result["PGSSLMODE"] = "verify-full"
        if trustsSystem, needsSystem(for: remote) { result["PGSSLROOTCERT"] = "system" }
        return result
    }

    /// Whether no certificates are named that the server's could be checked with. A service may set another mode, for
    /// which libpq refuses the system's certificates.
    func needsSystem(for remote: HistoryRemote) -> Bool {
        variables["PGSSLMODE"] == nil && remote.parameters["sslmode"] == nil
            && variables["PGSSLROOTCERT"] == nil && remote.parameters["sslrootcert"] == nil
            && path(".postgresql/root.crt")?.followedStatus == nil && remote.service == nil
            && !remote.isLocal
    }

    private func path(_ name: String) -> FilePath? {
        home.map { FilePath(native: $0).appending(name) }
    }

    private func checkFiles(for remote: HistoryRemote) throws(RemoteError) {
        let passwords =
            (remote.parameters["passfile"] ?? variables["PGPASSFILE"]).map(FilePath.init(native:))
            ?? path(".pgpass")
        try check(passwords)
        guard remote.service != nil else { return }
        try check(
            variables["PGSERVICEFILE"].map(FilePath.init(native:)) ?? path(".pg_service.conf"))
    }

    private func check(_ file: FilePath?) throws(RemoteError) {
        guard let file, let status = file.followedStatus, status.type == .regular,
            status.isOpenToOthers
        else { return }
        throw .readableFile(path: file.string)
    }
}
