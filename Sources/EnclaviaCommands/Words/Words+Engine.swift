import EnclaviaCore

// The messages about trouble between the engine's client and the engine.

extension Words {
    static func explain(_ trouble: EngineTrouble, _ reason: String) -> Explanation {
        let (message, step) = sentence(trouble, reason)
        var explanation = Explanation(.engineUnavailable, "\(message): \(step)")
        if case .socket(_, .forbidden) = trouble {
            explanation.hint = "who may use the engine's socket can become root on this machine"
        }
        return explanation
    }

    /// What is wrong, and the next step.
    static func sentence(
        _ trouble: EngineTrouble, _ reason: String
    ) -> (message: String, step: String) {
        let reason = shown(reason)
        return switch trouble {
        case .apiVersion:
            (
                "the engine and its client speak different versions of the API: \(reason)",
                "upgrade the older one, or unset DOCKER_API_VERSION"
            )
        case .tls:
            (
                "the engine and its client do not agree on TLS: \(reason)",
                "check DOCKER_TLS_VERIFY, DOCKER_CERT_PATH and the certificates of the context"
            )
        case .address:
            (
                "the engine's client cannot use its engine's address: \(reason)",
                "check DOCKER_HOST, DOCKER_CONTEXT and `docker context ls`"
            )
        case .foreignAnswer:
            (
                "what answered the engine's client is no container engine: \(reason)",
                "check DOCKER_HOST, and any proxy between the two"
            )
        case .noAnswer: ("no container engine answers: \(reason)", "start it, or set DOCKER_HOST")
        case .socket(let path, let obstacle): sentence(shown(path), obstacle)
        }
    }

    private static func sentence(
        _ path: String, _ obstacle: SocketObstacle
    ) -> (message: String, step: String) {
        switch obstacle {
        case .missing:
            ("the engine's socket \(path) does not exist", "start the engine, or set DOCKER_HOST")
        case .directory:
            (
                "\(path) is a directory, and not the engine's socket",
                "set DOCKER_HOST to the engine's socket"
            )
        case .file:
            (
                "\(path) is a file, and not the engine's socket",
                "set DOCKER_HOST to the engine's socket"
            )
        case .deserted:
            (
                "no container engine listens on the socket \(path)",
                "start the engine (on Debian: systemctl start docker), or set DOCKER_HOST"
            )
        case .hidden:
            (
                "you may not enter the directory of the engine's socket \(path)",
                "set DOCKER_HOST to an engine of your own, or run this as that engine's user"
            )
        case .forbidden(let access):
            ("you may not connect to the engine's socket \(path)", step(access))
        }
    }

    private static func step(_ access: SocketAccess) -> String {
        switch access {
        case .group(let name, isMember: false):
            "add yourself to the group \(quoted(name)) (sudo usermod -aG \(shown(name))"
                + " \"$(id -un)\"), and log in again"
        case .group(let name, isMember: true):
            "you are in the group \(quoted(name)), but were not yet when you logged in: log in again,"
                + " or run `newgrp \(shown(name))`"
        case .unnamedGroup(let group):
            "run this with the group \(group), which has no name here (in a container: docker run"
                + " --group-add \(group))"
        case .owner:
            "run this with sudo, or use a rootless engine"
        }
    }
}
