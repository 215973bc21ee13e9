import ArgumentParser
import EnclaviaCore

struct EnclaveStop: EnclaveCommandSet {
    static let configuration = CommandConfiguration(
        commandName: "stop", abstract: "Stop an enclave; its storage is kept.")

    static let results = [PublishedSchema.deed]

    @OptionGroup var enclave: EnclaveArgument
    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let id = try await resolve(enclave.id, context)
        try await context.adapters.enclaves().stop(id)
        try EnclaveRenderer(context).render(id, has: .stopped)
        return .done
    }
}

struct EnclaveStart: EnclaveCommandSet {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Start an enclave that was stopped.")

    static let results = [PublishedSchema.deed]

    @OptionGroup var enclave: EnclaveArgument
    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let id = try await resolve(enclave.id, context)
        try await context.adapters.enclaves().start(id)
        try EnclaveRenderer(context).render(id, has: .started)
        return .done
    }
}

struct EnclaveRestart: EnclaveCommandSet {
    static let configuration = CommandConfiguration(
        commandName: "restart", abstract: "Ask for an enclave to be started anew.")

    static let results = [PublishedSchema.deed]

    @OptionGroup var enclave: EnclaveArgument
    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let id = try await resolve(enclave.id, context)
        try await context.adapters.enclaves().restart(id)
        try EnclaveRenderer(context).render(id, has: .restartRequested)
        return .done
    }
}

struct EnclaveDestroy: EnclaveCommandSet {
    static let configuration = CommandConfiguration(
        commandName: "destroy",
        abstract: "Destroy an enclave, with its storage, for good.",
        discussion: "Asks on a terminal unless --yes is given, and goes ahead elsewhere.")

    static let results = [PublishedSchema.deed]

    @OptionGroup var enclave: EnclaveArgument

    @Flag(help: "Do not ask.")
    var yes = false

    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let id = try await resolve(enclave.id, context)
        let question = Question(context)
        if !yes, question.canBeAsked {
            let found = try await context.adapters.enclaves().get(id)
            let name = found.name.map { " (\(Words.shown($0)))" } ?? ""
            guard try await question.ask("destroy enclave \(Words.shown(id))\(name) for good?")
            else { throw Explanation(.cancelled, "nothing was destroyed", exitStatus: .negative) }
        }
        try await context.adapters.enclaves().destroy(id)
        await context.remember([.destroyed(id)])
        try EnclaveRenderer(context).render(id, has: .destroyed)
        return .done
    }
}

/// What was done to an enclave, as `--json` spells it.
enum EnclaveDeed: String, Encodable, CaseIterable {
    case stopped, started
    case restartRequested = "restart_requested"
    case destroyed

    /// As a sentence says it.
    var words: String {
        switch self {
        case .stopped: "stopped"
        case .started: "started"
        case .restartRequested: "asked for a restart of"
        case .destroyed: "destroyed"
        }
    }
}

/// What `enclave stop|start|restart|destroy --json` show.
struct EnclaveDeedJSON: JSONDescribed {
    let id: String
    let status: EnclaveDeed

    static let jsonSchema = JSONSchema.object([
        Key("id", .text), Key("status", .cases(of: EnclaveDeed.self)),
    ])
}

extension PublishedSchema {
    static let deed = PublishedSchema(
        "deed", "enclave stop, start, restart, destroy", .of(EnclaveDeedJSON.self))
}
