import ArgumentParser
import EnclaviaCore

struct EnclaveStop: EnclaveCommand {
    static let examples = [
        Example("enclavia enclave stop 9b2c6d1e", "stop an enclave")
    ]

    static let configuration = CommandConfiguration(
        commandName: "stop", abstract: "Stop an enclave; its storage is kept.",
        discussion: examples.help())

    static let results = [PublishedSchema.action]

    @OptionGroup var enclave: EnclaveArgument
    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        try await act(on: enclave, .stopped, context) { try await $0.stop($1) }
    }
}

struct EnclaveStart: EnclaveCommand {
    static let examples = [
        Example("enclavia enclave start 9b2c6d1e", "start it again")
    ]

    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Start an enclave that was stopped.",
        discussion: examples.help())

    static let results = [PublishedSchema.action]

    @OptionGroup var enclave: EnclaveArgument
    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        try await act(on: enclave, .started, context) { try await $0.start($1) }
    }
}

struct EnclaveRestart: EnclaveCommand {
    static let examples = [
        Example("enclavia enclave restart 9b2c6d1e", "restart an enclave")
    ]

    static let configuration = CommandConfiguration(
        commandName: "restart", abstract: "Request a restart of an enclave.",
        discussion: examples.help())

    static let results = [PublishedSchema.action]

    @OptionGroup var enclave: EnclaveArgument
    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        try await act(on: enclave, .restartRequested, context) { try await $0.restart($1) }
    }
}

struct EnclaveDestroy: EnclaveCommand {
    static let examples = [
        Example("enclavia enclave destroy 9b2c6d1e", "ask, then destroy an enclave"),
        Example("enclavia enclave destroy 9b2c6d1e --yes", "destroy it without confirmation"),
    ]

    static let configuration = CommandConfiguration(
        commandName: "destroy",
        abstract: "Destroy an enclave and its storage permanently.",
        discussion: examples.help(
            then:
                "Asks for confirmation on a terminal unless --yes is given; elsewhere it does not ask."
        ))

    static let results = [PublishedSchema.action]

    @OptionGroup var enclave: EnclaveArgument

    @Flag(help: "Do not ask for confirmation.")
    var yes = false

    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        try await act(on: enclave, .destroyed, context) { enclaves, id in
            let question = Question(context)
            if !yes, question.canBeAsked {
                let name = try await enclaves.get(id).name.map { " (\($0.printable))" } ?? ""
                guard try await question.ask("permanently destroy enclave \(id.printable)\(name)?")
                else {
                    throw UserError(.cancelled, "nothing was destroyed", exitStatus: .negative)
                }
            }
            try await enclaves.destroy(id)
            await context.remember([.destroyed(id)])
        }
    }
}

extension EnclaveCommand {
    /// Resolves the enclave that the user named, performs `call` on it, and renders `action`.
    fileprivate func act(
        on enclave: EnclaveArgument, _ action: EnclaveAction, _ context: CommandContext,
        _ call: (any Enclaves, _ id: String) async throws -> Void
    ) async throws -> ExitStatus {
        let id = try await resolve(enclave.id, context)
        try await call(context.adapters.enclaves(), id)
        try EnclaveRenderer(context).render(id, has: action)
        return .done
    }
}

/// What was done to an enclave, as `--json` spells it.
enum EnclaveAction: String, Encodable, CaseIterable {
    case stopped, started
    case restartRequested = "restart_requested"
    case destroyed

    /// The action as messages spell it.
    var message: String {
        switch self {
        case .stopped: "stopped"
        case .started: "started"
        case .restartRequested: "requested a restart of"
        case .destroyed: "destroyed"
        }
    }
}

/// What `enclave stop|start|restart|destroy --json` show.
struct EnclaveActionJSON: JSONDescribed {
    let id: String
    let status: EnclaveAction

    static let jsonSchema = JSONSchema.object([
        Key("id", .text), Key("status", .cases(of: EnclaveAction.self)),
    ])
}

extension PublishedSchema {
    static let action = PublishedSchema(
        "deed", "enclave stop, start, restart, destroy", .of(EnclaveActionJSON.self))
}
