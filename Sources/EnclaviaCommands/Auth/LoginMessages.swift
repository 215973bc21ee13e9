import EnclaviaCore

extension ErrorMessages {
    package static func explain(_ error: LoginError) -> UserError {
        let again = "run `enclavia auth login` again"
        return switch error {
        case .denied(let backend, let description):
            UserError(
                .unauthorized,
                "the login was denied at \(backend.printable)\(because(description)): \(again) to use"
                    + " another account")
        case .authorizationFailed(let code, let description):
            UserError(
                .refused,
                "the backend refused the login (\(code.printable))\(because(description)): \(again)"
            )
        case .portTaken(let port):
            UserError(
                .conflict,
                "port \(port) on 127.0.0.1 is in use: choose another with --port, or omit --port to"
                    + " use a free one")
        case .listenerFailed(let reason):
            UserError(
                .refused,
                "cannot listen on a port of 127.0.0.1 for the browser's response:"
                    + " \(reason.printable)",
                hint: "if you cannot log in, set ENCLAVIA_TOKEN")
        case .timedOut(let seconds, let mismatchedResponses):
            UserError(
                .notLoggedIn,
                "the login in the browser was not completed within \(time(seconds)): \(again)",
                hint: mismatchedResponses == 0
                    ? nil
                    : "responses to another login arrived and were ignored: if you have no other"
                        + " login in progress, someone may have tried to log you in to their account"
            )
        case .exchangeFailed(let status, let message):
            UserError(
                .unauthorized,
                "the backend refused the browser's code (\(status)): \(message.printable): \(again)"
            )
        case .cancelled:
            UserError(.cancelled, "cancelled")
        case .backend(let error):
            explain(error)
        }
    }

    /// The warning about rotating credentials in CI, where copies of them are used.
    static func rotatingUnderCI(_ path: String) -> String {
        "\(path.printable) contains credentials that change with each use, and a copy of them works in one"
            + " place only: in CI, set ENCLAVIA_TOKEN or use a {\"token\"} file"
    }

    private static func because(_ description: String?) -> String {
        description.map { " (\($0.printable))" } ?? ""
    }

    private static func time(_ seconds: Int) -> String {
        seconds % 60 == 0 && seconds >= 120 ? "\(seconds / 60) minutes" : "\(seconds) s"
    }
}
