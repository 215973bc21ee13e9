import ArgumentParser

/// The options of `run` and `up`.
struct SandboxFlags: ParsableArguments {
    @Option(help: "The account's handle, which is its namespace in the registry.")
    var handle = "alice"

    @Option(
        help: ArgumentHelp(
            "Inject a fault, as listed above; may be repeated.",
            valueName: "place=fault"),
        transform: { try FaultOrder.list($0) })
    var fault: [[FaultOrder]] = []

    @Option(help: "The duration of an enclave's build in seconds.")
    var buildTime = 2.0

    @Option(help: "The lifetime of an access token in seconds.")
    var accessLifetime = 3600

    @Option(help: "The lifetime of a registry password in seconds.")
    var passwordLifetime = 300

    @Option(help: "The kind of credentials in the credentials file.")
    var credentials = SandboxSettings.Credentials.rotating

    @Flag(
        help: """
            Start a private engine even if one is running already: Docker's, which needs root, or \
            podman if ENCLAVIA_ENGINE=podman, or if it is the only one installed.
            """)
    var privateEngine = false

    @Flag(help: "Use no Docker engine.")
    var noEngine = false

    @Flag(
        help:
            "Start a private PostgreSQL server, to which `enclavia history sync` sends the history."
    )
    var postgresql = false

    @Option(
        help: "The directory in which to create the sandbox's directory (default: TMPDIR or /tmp).")
    var root: String?

    @Option(help: "The backend's port (default: a free port).")
    var backendPort = 0

    @Option(help: "The registry's port (default: a free port).")
    var registryPort = 0

    @Flag(name: .shortAndLong, help: "Print no progress.")
    var quiet = false

    func validate() throws {
        guard handle.wholeMatch(of: /[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*/) != nil else {
            throw ValidationError(
                "\"\(handle)\" is not a valid handle: use lower-case letters and digits")
        }
        guard !(privateEngine && noEngine) else {
            throw ValidationError("--private-engine and --no-engine cannot be used together")
        }
        guard (0...3600).contains(buildTime), accessLifetime > 0, passwordLifetime > 0 else {
            throw ValidationError("times must be positive numbers of seconds")
        }
        guard (0...65535).contains(backendPort), (0...65535).contains(registryPort) else {
            throw ValidationError("ports must be numbers from 0 to 65535")
        }
    }

    var settings: SandboxSettings {
        var settings = SandboxSettings()
        settings.handle = handle
        settings.faults = fault.flatMap { $0 }
        settings.buildTime = .seconds(buildTime)
        settings.accessLifetime = accessLifetime
        settings.passwordLifetime = passwordLifetime
        settings.credentials = credentials
        settings.engine =
            noEngine ? .none : privateEngine ? .privateOnly : .existingOrPrivate
        settings.hasDatabase = postgresql
        settings.root = root
        settings.backendPort = backendPort
        settings.registryPort = registryPort
        return settings
    }
}

extension SandboxSettings.Credentials: ExpressibleByArgument {}
