import ArgumentParser
import EnclaviaCore

struct DoctorCommand: EnclaviaCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look for what on this machine will bite, and tell how to mend it.",
        discussion: "Changes nothing. Exits with 1 where a finding is an error.")

    static let results = [PublishedSchema("doctor", "doctor", .of(DoctorJSON.self))]

    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let machine = try await Machine(context)
        try Task.checkCancellation()
        let findings = DoctorCheck.run(on: machine)
        try DoctorRenderer(context).render(findings)
        return findings.contains { $0.finding.level == .error } ? .negative : .done
    }
}
