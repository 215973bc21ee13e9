import EnclaviaCore

extension DoctorCheck {
    static let account = DoctorCheck("account", "Whether you are logged in.") { machine in
        switch machine.account {
        case .success(let account?):
            let handle = account.handle.map { " as \($0.printable)" } ?? ""
            return [.ok("you are logged in\(handle) at \(account.backend.printable)")]
        case .success(nil):
            return [
                .warning(
                    "you are not logged in",
                    fix: "run `enclavia auth login`, or set ENCLAVIA_TOKEN")
            ]
        case .failure:
            return []
        }
    }

    static let credentials = DoctorCheck(
        "credentials",
        "Whether the credentials can be used; in CI also whether they work on one machine only."
    ) { machine in
        switch machine.account {
        case .success(let account):
            guard machine.settings.isContinuousIntegration, let path = account?.rotatingFile
            else { return [] }
            return [
                .warning(
                    "\(path.printable) contains credentials that change on each use, and this is"
                        + " a CI run",
                    fix: "set ENCLAVIA_TOKEN, or use a {\"token\"} file: rotating credentials"
                        + " work in one place only")
            ]
        case .failure(let error):
            return [.error(ErrorMessages.explain(error).message, fix: fix(error))]
        }
    }

    static let backend = DoctorCheck("backend", "Whether the backend responds.") { machine in
        switch machine.clockOffset {
        // The credentials check reports those.
        case .success, .failure(.configuration), .failure(.wrongBackend): []
        case .failure(let error): [.error(ErrorMessages.explain(error).message, fix: fix(error))]
        }
    }

    /// With a wrong clock, expired tokens look valid.
    static let clock = DoctorCheck(
        "clock", "Whether the clock is within 30 s of the backend's."
    ) { machine in
        guard case .success(let offset?) = machine.clockOffset else { return [] }
        guard abs(offset) > 30_000 else { return [.ok("the clock matches the backend's")] }
        return [
            .warning(
                "the clock is \(abs(offset) / 1000) s \(offset > 0 ? "behind" : "ahead of") the"
                    + " backend's, so tokens expire earlier or later than expected, and records"
                    + " have wrong times",
                fix: "set the clock and keep it synchronized (on Debian: apt-get install"
                    + " systemd-timesyncd)")
        ]
    }

    /// The next step where credentials or the backend are at fault.
    static func fix(_ error: BackendError) -> String {
        let network = "check the network, ENCLAVIA_BACKEND_URL and HTTPS_PROXY"
        return switch error {
        case .unavailable, .failed, .cancelled: network
        case .configuration: "correct or remove it, and run `enclavia auth login`"
        case .wrongBackend: "unset ENCLAVIA_BACKEND_URL, or run `enclavia auth login`"
        case .notLoggedIn, .unauthorized: "run `enclavia auth login`, or set ENCLAVIA_TOKEN"
        case .unreachable(_, let fault): ErrorMessages.hint(fault) ?? network
        case .notFound, .conflict, .refused, .protocolViolation:
            "check that ENCLAVIA_BACKEND_URL is the URL of an Enclavia backend"
        }
    }
}
