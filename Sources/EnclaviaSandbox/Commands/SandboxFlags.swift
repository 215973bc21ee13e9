import ArgumentParser

/// The options of `run` and `up`.
struct SandboxFlags: ParsableArguments {
    @Option(help: "The account's handle, which is its namespace in the registry.")
    var handle = "alice"

    @Option(
        help: ArgumentHelp(
            "Make something go wrong, as listed above; may be given more than once.",
            valueName: "place=fault"),
        transform: { try FaultOrder.list($0) })
    var fault: [[FaultOrder]] = []

    @Option(help: "Seconds that building an enclave takes.")
    var buildTime = 2.0

    @Option(help: "Seconds that an access token lives.")
    var accessLifetime = 3600

    @Option(help: "Seconds that a registry password lives.")
    var passwordLifetime = 300

    @Option(help: "What the credentials file holds.")
    var credentials = SandboxSettings.Credentials.rotating

    @Flag(
        help: """
            Start a private engine even if one answers already: Docker's, which needs root, or \
            podman where ENCLAVIA_ENGINE=podman, or where it is the only one installed.
            """)
    var privateEngine = false

    @Flag(help: "Go without a Docker engine.")
    var noEngine = false

    @Option(help: "The directory to make the sandbox's own in (default: TMPDIR or /tmp).")
    var root: String?

    @Option(help: "The backend's port (default: one that is free).")
    var backendPort = 0

    @Option(help: "The registry's port (default: one that is free).")
    var registryPort = 0

    @Flag(name: .shortAndLong, help: "Tell no progress.")
    var quiet = false

    func validate() throws {
        guard handle.wholeMatch(of: /[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*/) != nil else {
            throw ValidationError("\"\(handle)\" is no handle: write lower-case letters and digits")
        }
        guard !(privateEngine && noEngine) else {
            throw ValidationError("--private-engine and --no-engine exclude each other")
        }
        guard (0...3600).contains(buildTime), accessLifetime > 0, passwordLifetime > 0 else {
            throw ValidationError("times are positive numbers of seconds")
        }
        guard (0...65535).contains(backendPort), (0...65535).contains(registryPort) else {
            throw ValidationError("ports are numbers from 0 to 65535")
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
        settings.root = root
        settings.backendPort = backendPort
        settings.registryPort = registryPort
        return settings
    }
}

extension SandboxSettings.Credentials: ExpressibleByArgument {}
