import ArgumentParser
import EnclaviaCore

/// `enclavia-sandbox fault`
struct FaultCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fault",
        abstract:
            "Replace the faults of the sandbox that this runs in; without arguments, clear them.",
        discussion: FaultPlace.guide)

    @Argument(
        help: ArgumentHelp("A fault, such as notify=500*2.", valueName: "place=fault"),
        transform: { try FaultOrder.list($0) })
    var faults: [[FaultOrder]] = []

    func run() async throws {
        let board = FaultBoard(faults.flatMap { $0 })
        let body = JSONValue.object(board.current.mapValues(JSONValue.string))
        try await ControlClient.print(.init("POST", "/_sandbox/faults", body: body))
    }
}
