import EnclaviaCore

// The messages about the engine's client as a process: its program, its terminal, and its configurations.

extension ErrorMessages {
    static func notInstalled(_ program: String) -> UserError {
        UserError(
            .engineUnavailable,
            "\(program.quoted) is not on PATH: install a container engine (on Debian:"
                + " apt-get install docker.io), or set ENCLAVIA_ENGINE")
    }

    static func unusable(_ path: String, _ fault: ProgramFault) -> UserError {
        let (message, step) = sentence(path, fault)
        return UserError(.engineUnavailable, "\(message): \(step)")
    }

    /// What is wrong with a program's file, and the next step.
    static func sentence(_ path: String, _ fault: ProgramFault) -> (message: String, step: String) {
        let install = "install the program, or remove this file from PATH"
        let path = path.printable
        return switch fault {
        case .directory: ("\(path) is a directory, not a program", install)
        case .danglingLink(let target):
            ("\(path) is a link to \(target.printable), which does not exist", install)
        case .notRegular: ("\(path) is not a regular file, and cannot be run", install)
        case .notExecutable:
            ("\(path) is not executable by you", "run `chmod +x` on it, or \(install)")
        case .noExecMount:
            (
                "\(path) is on a file system that is mounted \"noexec\"",
                "install the program elsewhere"
            )
        case .missingInterpreter(let interpreter):
            (
                "\(path) cannot be run: its first line names the interpreter"
                    + " \(interpreter.quoted), which does not exist or is not executable",
                "install the interpreter, or correct that line"
            )
        case .noInterpreterLine:
            (
                "\(path) cannot be run: it is a text file without a \"#!\" line",
                "add a first line such as #!/bin/sh"
            )
        case .empty: ("\(path) is an empty file, not a program", install)
        case .missingLoader:
            (
                "\(path) cannot be run: it needs a loader (ld.so) that does not exist here",
                "install a build of the program for this system"
            )
        case .wrongFormat:
            (
                "\(path) cannot be run: it is not a program for this machine's architecture",
                "install a build of the program for this machine"
            )
        }
    }

    static func wantsTerminal(_ command: String) -> UserError {
        UserError(
            .engineUnavailable,
            "\(command.printable) asked for input on the terminal, which is not available here, and was"
                + " stopped: provide the input beforehand, or set ENCLAVIA_ENGINE to a client that"
                + " does not ask",
            hint: "if sudo runs the client, run `sudo -v` first")
    }

    static func noPrivateDirectory(_ path: String, _ reason: String) -> UserError {
        UserError(
            .config,
            "the engine's login needs a directory, and none can be created in \(path.printable):"
                + " \(reason.printable): set XDG_RUNTIME_DIR, ENCLAVIA_STATE_DIR or HOME to a writable"
                + " directory")
    }

    static func otherImage(_ reference: String, _ digest: Digest, _ image: String) -> UserError {
        UserError(
            .imageMismatch,
            "the engine pushed another image as \(reference): the registry's \(digest) is not the"
                + " local image \(image.printable)",
            hint: "another push or build through this engine uses the same name: push again when it"
                + " has finished")
    }

    /// The registry does not confirm what the engine has reported.
    static func failedAfterPush(
        _ reference: String, _ digest: Digest, _ output: String
    ) -> UserError {
        UserError(
            .registryUnavailable,
            "the engine reported \(digest) for \(reference) and then failed: \(MessageText.lastLine(output));"
                + " the registry does not confirm that digest")
    }

    /// The warning about credentials of a push that could not be removed after it.
    static func leftCredentials(in path: String) -> String {
        "the engine's credentials in \(path.printable) could not be removed: remove that directory"
    }

    /// The error about a client that does not receive, or ignores, the private configuration of the push.
    static func ignoresConfiguration(
        _ client: String, _ registry: String, _ trace: LoginTrace
    ) -> UserError {
        let logout = "run `\(client.printable) logout \(registry.printable)`"
        let state =
            switch trace {
            case .removed: "it was logged out again"
            case .left(let path): "\(path.printable) still contains the registry's token: \(logout)"
            case .replaced(let path):
                "in \(path.printable) the registry's token has replaced your own login: \(logout) and"
                    + " log in again"
            case .unknown:
                "it may have saved the registry's token elsewhere; if it did, \(logout)"
            }
        return UserError(
            .engineUnavailable,
            "the login to \(registry.printable) was not saved in the push's own configuration, because"
                + " \(client.printable) ignores DOCKER_CONFIG or saves logins elsewhere: nothing was"
                + " pushed; \(state)",
            hint: EngineStatus.isSnap(client) ? snapAdvice : wrapperAdvice)
    }

    static let snapAdvice =
        "install Docker's own packages instead of the snap, or set ENCLAVIA_ENGINE to another client"
    private static let wrapperAdvice =
        "pass DOCKER_CONFIG on in the wrapper that runs the client (sudo:"
        + " --preserve-env=DOCKER_CONFIG), or set ENCLAVIA_ENGINE to another client"

    /// The parts of the client's configuration that a push does not use, and why.
    static func ignoredConfiguration(_ fault: EngineConfigurationFault) -> String {
        let problem = problem(fault)
        return switch fault.reason {
        case .unreadable, .notRegular, .tooLarge, .notJSON:
            "\(problem): its context, proxies and plugins are not used"
        case .wrongTypes: problem
        }
    }

    /// What is wrong with the user's own configuration of the client.
    static func problem(_ fault: EngineConfigurationFault) -> String {
        let path = fault.path.printable
        return switch fault.reason {
        case .unreadable(let reason): "\(path) cannot be read (\(reason.printable))"
        case .notRegular: "\(path) is not a file"
        case .tooLarge(let mebibytes): "\(path) is larger than \(mebibytes) MiB"
        case .notJSON: "\(path) is not a JSON object"
        case .wrongTypes(let names):
            "\(path) has values of the wrong type, which are not used:"
                + " \(names.map(\.quoted).joined(separator: ", "))"
        }
    }
}
