import EnclaviaCore

// The messages about the engine, and about failures between its client and it.

extension ErrorMessages {
    package static func explain(_ error: EngineError, stage: PushStage?) -> UserError {
        switch error {
        case .notInstalled(let program): notInstalled(program)
        case .unusableProgram(let path, let fault): unusable(path, fault)
        case .unavailable(let endpoint, let reason):
            UserError(
                .engineUnavailable,
                "no container engine responds at \(endpoint.printable): start it, or set DOCKER_HOST",
                hint: hint(reason, at: endpoint))
        case .problem(let problem, let reason): explain(problem, reason)
        case .imageNotFound(let image, let nearest):
            UserError(
                .imageNotFound, "there is no local image \(image.quoted): build or pull it first",
                hint: nearest.isEmpty
                    ? nil
                    : "did you mean \(MessageText.list(nearest.prefix(3).map { $0.quoted }))?")
        case .loginFailed(let registry, let output):
            UserError(
                .refused,
                "the login to \(registry.printable) failed: \(MessageText.lastLine(output))",
                hint: "run `enclavia auth status --remote` to check your account")
        case .denied(let reference, let output):
            UserError(
                .refused,
                "the registry refused the push to \(reference): \(MessageText.lastLine(output))",
                hint: "run `enclavia auth status --remote` to check your account")
        case .rejected(let reference, let output):
            UserError(
                .refused,
                "the registry rejected the push to \(reference.printable): \(MessageText.lastLine(output))",
                hint: "the same push would fail again: check the tag, the image's size and the"
                    + " registry's rules")
        case .busy(let name, let output, _):
            UserError(
                .registryUnavailable,
                "the registry could not accept the \(stage == .login ? "login to" : "push to")"
                    + " \(name.printable): \(MessageText.lastLine(output))",
                hint: "`--retry` allows more attempts")
        case .failed(let command, let status, let output):
            failedCommand(command, status, output, stage)
        case .failedAfterPush(let reference, let digest, let output):
            failedAfterPush(reference, digest, output)
        case .badOutput(let command, let detail):
            UserError(
                .protocolViolation,
                "the output of \(command.printable) cannot be read: \(detail.printable)")
        case .wantsTerminal(let command):
            wantsTerminal(command)
        case .ignoresConfiguration(let client, let registry, let trace):
            ignoresConfiguration(client, registry, trace)
        case .noPrivateDirectory(let path, let reason):
            noPrivateDirectory(path, reason)
        case .configuration(let path, let reason):
            UserError(.config, "\(path.printable): \(reason.printable)")
        }
    }

    /// A failed push counts as the registry's or the network's failure; any other failed command as the
    /// engine's.
    private static func failedCommand(
        _ command: String, _ status: Int32, _ output: String, _ stage: PushStage?
    ) -> UserError {
        let kind: ErrorKind = stage == .push ? .registryUnavailable : .engineUnavailable
        return UserError(
            kind, "\(command.printable) failed (\(status)): \(MessageText.lastLine(output))",
            hint: hint(lines(output).dropLast()))
    }

    /// The client's output, without its usual line that no engine responds.
    private static func hint(_ reason: String, at endpoint: String) -> String? {
        // moby, client/errors.go.
        let plain =
            "Cannot connect to the Docker daemon at \(endpoint). Is the docker daemon running?"
        return hint(lines(reason).filter { $0 != plain })
    }

    private static func hint(_ lines: some Sequence<Substring>) -> String? {
        let text = lines.joined(separator: "; ")
        return text.isEmpty ? nil : text.printable
    }

    /// The lines that are not blank.
    private static func lines(_ text: String) -> [Substring] {
        text.split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
    }

    static func explain(_ problem: EngineProblem, _ reason: String) -> UserError {
        let (message, step) = sentence(problem, reason)
        var userError = UserError(.engineUnavailable, "\(message): \(step)")
        if case .socket(_, .forbidden) = problem {
            userError.hint =
                "anyone who can use the engine's socket can become root on this machine"
        }
        return userError
    }

    /// What is wrong, and the next step.
    static func sentence(
        _ problem: EngineProblem, _ reason: String
    ) -> (message: String, step: String) {
        let reason = reason.printable
        return switch problem {
        case .apiVersion:
            (
                "the engine and its client use different API versions: \(reason)",
                "upgrade the older one, or unset DOCKER_API_VERSION"
            )
        case .tls:
            (
                "the engine and its client do not agree on TLS: \(reason)",
                "check DOCKER_TLS_VERIFY, DOCKER_CERT_PATH and the certificates of the context"
            )
        case .address:
            (
                "the engine's client cannot use the engine's address: \(reason)",
                "check DOCKER_HOST, DOCKER_CONTEXT and `docker context ls`"
            )
        case .notAnEngine:
            (
                "the engine's client got a response that is not from a container engine: \(reason)",
                "check DOCKER_HOST, and any proxy between the two"
            )
        case .noResponse:
            ("no container engine responds: \(reason)", "start it, or set DOCKER_HOST")
        case .socket(let path, let obstacle): sentence(path.printable, obstacle)
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
                "\(path) is a directory, not the engine's socket",
                "set DOCKER_HOST to the engine's socket"
            )
        case .file:
            (
                "\(path) is a file, not the engine's socket",
                "set DOCKER_HOST to the engine's socket"
            )
        case .connectionRefused:
            (
                "no container engine listens on the socket \(path)",
                "start the engine (on Debian: systemctl start docker), or set DOCKER_HOST"
            )
        case .directoryNotSearchable:
            (
                "you do not have permission to enter the directory of the engine's socket \(path)",
                "set DOCKER_HOST to an engine of your own, or run this as that engine's user"
            )
        case .forbidden(let access):
            ("you do not have permission to connect to the engine's socket \(path)", step(access))
        }
    }

    private static func step(_ access: SocketAccess) -> String {
        switch access {
        case .group(let name, isMember: false):
            "add yourself to the group \(name.quoted) (sudo usermod -aG \(name.printable)"
                + " \"$(id -un)\"), and log in again"
        case .group(let name, isMember: true):
            "you were added to the group \(name.quoted) after you logged in: log in again, or run"
                + " `newgrp \(name.printable)`"
        case .unnamedGroup(let group):
            "run this with the group \(group), which has no name here (in a container: docker run"
                + " --group-add \(group))"
        case .owner:
            "run this with sudo, use a rootless engine, or start docker with a group \"docker\" that you"
                + " are a member of"
        }
    }
}
