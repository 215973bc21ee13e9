import EnclaviaCore

extension DoctorCheck {
    static let engineClient = DoctorCheck(
        "engine_client", "Whether the engine's client is on PATH, can be run, and is not a snap."
    ) { machine in
        if case .program(let path, let fault) = machine.diagnosis {
            let (message, step) = ErrorMessages.sentence(path, fault)
            return [.error(message, fix: step)]
        }
        let client = machine.engine
        guard let path = client.path else {
            return [
                .error(
                    "\(client.program.quoted) is not on PATH",
                    fix: machine.hasPodman
                        ? "set ENCLAVIA_ENGINE=podman, which is installed here"
                        : "install a container engine (on Debian: apt-get install docker.io), or"
                            + " set ENCLAVIA_ENGINE")
            ]
        }
        guard !EngineStatus.isSnap(path) else {
            return [
                .warning(
                    "pushes run \(path.printable), a snap, which ignores DOCKER_CONFIG: a push's"
                        + " login would be stored in the snap's configuration, and is refused",
                    fix: ErrorMessages.snapAdvice)
            ]
        }
        return [
            .ok("pushes run \(path.printable)" + (client.isPodman ? ", which is podman" : ""))
        ]
    }

    /// Without a client the engine is not checked: one cause is one finding.
    static let engine = DoctorCheck(
        "engine", "Whether the engine responds, and its client can use it."
    ) { machine in
        switch machine.diagnosis {
        case .program:
            return []
        case .problem(let problem, let reason):
            let (message, step) = ErrorMessages.sentence(problem, reason)
            return [.error(message, fix: step)]
        case .reached, nil:
            let status = machine.engine
            guard status.path != nil else { return [] }
            let endpoint = status.endpoint.printable
            guard let engine = status.engine else {
                return [
                    .error(
                        "no container engine responds at \(endpoint):"
                            + " \((status.unreachable ?? "unknown reason").printable)",
                        fix: "start it, or set DOCKER_HOST")
                ]
            }
            let name = [engine.name, engine.version].compactMap { $0?.printable }
                .joined(separator: " ")
            return [.ok("\(name) responds at \(endpoint)")]
        }
    }

    static let engineConfiguration = DoctorCheck(
        "engine_configuration", "Whether your own client configuration can be read."
    ) { machine in
        machine.engine.configurationFault.map {
            [
                .warning(
                    ErrorMessages.ignoredConfiguration($0),
                    fix: "fix that file, or set DOCKER_CONFIG to another directory")
            ]
        } ?? []
    }

    static let credentialHelper = DoctorCheck(
        "credential_helper", "Whether the credential helper in that configuration is on PATH."
    ) { machine in
        guard let helper = machine.engine.credentialHelper else { return [] }
        let names = "the Docker configuration names the credential helper"
        guard let path = helper.path else {
            return [
                .warning(
                    "\(names) \(helper.program.printable), which is not on PATH: your own"
                        + " `docker login` fails (pushes do not use it)",
                    fix: "install it, or remove \"credsStore\" from Docker's config.json")
            ]
        }
        return [.ok("\(names) \(path.printable); pushes do not use it")]
    }

    static let orphanedCredentials = DoctorCheck(
        "leftovers", "Whether pushes that were killed left credentials behind."
    ) { machine in
        guard let first = machine.orphanedCredentials.first else {
            return [.ok("no push has left credentials behind")]
        }
        let pushes = MessageText.count(
            machine.orphanedCredentials.count, "push that was", "pushes that were")
        return [
            .warning(
                "\(pushes) killed left credentials behind, such as \(first.printable)",
                fix: "run `enclavia history reconcile`, which removes them; so does the next push")
        ]
    }
}
