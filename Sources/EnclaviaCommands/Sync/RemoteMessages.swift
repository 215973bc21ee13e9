import EnclaviaCore

extension ErrorMessages {
    static func explain(_ error: SyncError) -> UserError {
        switch error {
        case .store(let error): explain(error)
        case .remote(let error): explain(error)
        case .cancelled: UserError(.cancelled, "cancelled")
        }
    }

    /// A failure of a command that reads a shared history.
    static func explain(reading error: SyncError) -> UserError {
        if case .remote(let error) = error { explain(reading: error) } else { explain(error) }
    }

    static func explain(reading error: RemoteError) -> UserError {
        switch error {
        case .address(.missing): UserError(.usage, "--from is empty", hint: remoteForms)
        case .timeout(let seconds):
            UserError(
                .remoteUnavailable, "the server did not respond within \(text(seconds))",
                hint: "fewer pushes take less time: --since and other filters select them")
        case .noPrivilege:
            UserError(
                .unauthorized, "the role may not read the shared history",
                hint: "its owner runs: GRANT enclavia_auditor TO <role>")
        default: explain(error)
        }
    }

    static func explain(_ error: RemoteError) -> UserError {
        switch error {
        case .address(let fault): explain(fault)
        case .noProgram:
            UserError(
                .programUnavailable,
                "psql is not on PATH: install it (on Debian: apt-get install postgresql-client)")
        case .unusableProgram(let path, let fault):
            UserError(
                .programUnavailable,
                { "\($0.message): \($0.step)" }(sentence(path, fault)))
        case .readableFile(let path):
            UserError(
                .config, "others can read \(path.printable), which may hold a password",
                hint: "chmod 600 \(MessageText.shellWord(path) ?? path.printable)")
        case .noService(let reason):
            UserError(
                .config, "the service is not defined: \(reason.printable)",
                hint: "services are in ~/.pg_service.conf, or in the file that PGSERVICEFILE names")
        case .unreachable(let reason):
            UserError(.remoteUnavailable, "the server cannot be reached: \(reason.printable)")
        case .certificate(let fault, let reason): explain(fault, reason)
        case .busy(let reason):
            UserError(.remoteUnavailable, "the server is busy: \(reason.printable)")
        case .timeout(let seconds):
            UserError(
                .remoteUnavailable,
                "the server did not respond within \(text(seconds))",
                hint: "--timeout sets another limit; what was sent is kept")
        case .loginRefused(let reason):
            UserError(
                .unauthorized, "the server refused the login: \(reason.printable)",
                hint: "a password is read from ~/.pgpass, or from the file that PGPASSFILE names")
        case .noPrivilege:
            UserError(
                .unauthorized, "the role may not use the shared history",
                hint: "its owner runs: GRANT enclavia_writer TO <role>")
        case .noDatabase(let reason):
            UserError(.protocolViolation, "there is no such database: \(reason.printable)")
        case .noSchema:
            UserError(
                .protocolViolation, "the database has no shared history",
                hint: "its owner runs once: enclavia schema postgresql | psql -1 -v ON_ERROR_STOP=1"
                    + " -d <database>"
            )
        case .version(let found, let minimum):
            UserError(
                .protocolViolation,
                "the shared history has version \(found), and takes writers of version \(minimum)"
                    + " or newer: update enclavia")
        case .encoding(let name):
            UserError(
                .protocolViolation,
                "the database has the encoding \(name.printable): the shared history needs UTF8")
        case .refusedEvents(let first, let last, let code):
            UserError(
                .protocolViolation,
                "the server refuses an event between \(first) and \(last) (\(code))",
                hint: "`enclavia history verify` checks this history")
        case .overtaken:
            UserError(
                .remoteUnavailable,
                "the history on the server changed during the sync: try again")
        case .failed(let code, let reason):
            UserError(
                .protocolViolation,
                "the server failed\(code.isEmpty ? "" : " (\(code.printable))"): \(reason.printable)"
            )
        }
    }

    /// Seconds, without a fraction that is 0.
    private static func text(_ seconds: Double) -> String {
        Int64(exactly: seconds).map { "\($0) s" } ?? "\(seconds) s"
    }

    private static func explain(_ fault: RemoteAddressFault) -> UserError {
        let sentence =
            switch fault {
            case .missing: "there is no remote: give one, or set ENCLAVIA_HISTORY_REMOTE"
            case .unknownForm: "the remote is neither service=NAME nor a postgresql:// URL"
            case .password:
                "the remote contains a password, which lists of processes would show: put it into"
                    + " ~/.pgpass"
            case .parameter(let name): "the remote sets \(name.quoted), which it may not"
            case .port: "the port in the remote is not a number"
            case .encoding: "the remote has a part that is not percent-encoded correctly"
            case .service:
                "the name of the service is not letters, digits, \".\", \"_\" and \"-\""
            }
        return UserError(
            .usage, sentence, hint: remoteForms)
    }

    private static let remoteForms =
        "a remote is service=history, or postgresql://alice@db.example/history"

    private static func explain(
        _ fault: RemoteError.CertificateFault, _ reason: String
    ) -> UserError {
        switch fault {
        case .noRoot:
            UserError(
                .remoteUnavailable,
                "there is no certificate to check the server's with: \(reason.printable)",
                hint: "put that of its authority into ~/.postgresql/root.crt, or name its file with"
                    + " PGSSLROOTCERT",
                isRetryable: false)
        case .untrusted:
            UserError(
                .remoteUnavailable, "the server's certificate is not trusted: \(reason.printable)",
                isRetryable: false)
        case .otherName:
            UserError(
                .remoteUnavailable,
                "the server's certificate is for another name: \(reason.printable)",
                isRetryable: false)
        case .noTLS:
            UserError(
                .remoteUnavailable, "the server does not offer TLS: \(reason.printable)",
                hint: "for a server that is not reached over a network: ?sslmode=disable",
                isRetryable: false)
        }
    }
}
