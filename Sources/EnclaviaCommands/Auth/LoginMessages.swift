import EnclaviaCore

extension Words {
    package static func explain(_ error: LoginError) -> Explanation {
        let again = "run `enclavia auth login` again"
        return switch error {
        case .denied(let backend, let description):
            Explanation(
                .unauthorized,
                "the login was denied at \(shown(backend))\(because(description)): \(again) to try"
                    + " as somebody else")
        case .authorizationFailed(let code, let description):
            Explanation(
                .refused,
                "the backend refused the login (\(shown(code)))\(because(description)): \(again)")
        case .portTaken(let port):
            Explanation(
                .conflict,
                "port \(port) on 127.0.0.1 is taken: name another with --port, or leave --port out"
                    + " to have a free one chosen")
        case .listenerFailed(let reason):
            Explanation(
                .refused,
                "no port on 127.0.0.1 can be listened on for the browser's answer:"
                    + " \(shown(reason))",
                hint: "where no login is possible, set ENCLAVIA_TOKEN")
        case .timedOut(let seconds, let foreignAnswers):
            Explanation(
                .notLoggedIn,
                "nobody answered in the browser within \(time(seconds)): \(again)",
                hint: foreignAnswers == 0
                    ? nil
                    : "answers to another login came and were not used: if you have no other login"
                        + " under way, somebody may have tried to log you in to an account of"
                        + " theirs")
        case .exchangeFailed(let status, let message):
            Explanation(
                .unauthorized,
                "the backend refused the browser's code (\(status)): \(shown(message)): \(again)")
        case .cancelled:
            Explanation(.cancelled, "cancelled")
        case .backend(let error):
            explain(error)
        }
    }

    /// Of credentials that rotate, in a place where copies are used.
    static func rotatingUnderCI(_ path: String) -> String {
        "\(shown(path)) holds credentials that change with each use, and a copy of them works in one"
            + " place only: in CI set ENCLAVIA_TOKEN, or keep a {\"token\"} file"
    }

    private static func because(_ description: String?) -> String {
        description.map { " (\(shown($0)))" } ?? ""
    }

    private static func time(_ seconds: Int) -> String {
        seconds % 60 == 0 && seconds >= 120 ? "\(seconds / 60) minutes" : "\(seconds) s"
    }
}
