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
        let adapters = context.adapters
        let findings = await DoctorOperation(
            store: adapters.storeProbe(), engine: adapters.engineProbe(),
            accounts: try adapters.accounts(), clock: try adapters.clock(),
            completion: adapters.completionProbe(),
            isContinuousIntegration: context.settings.isContinuousIntegration,
            tagPolicy: tagPolicy(context.settings)
        ).run()
        try Task.checkCancellation()
        try DoctorRenderer(context).render(findings)
        return findings.contains { $0.level == .error } ? .negative : .done
    }

    private func tagPolicy(_ settings: Settings) -> Result<TagPolicyRules, TagPolicyRulesError>? {
        do throws(TagPolicyRulesError) {
            return try settings.tagPolicyRules().map(Result.success)
        } catch {
            return .failure(error)
        }
    }
}
