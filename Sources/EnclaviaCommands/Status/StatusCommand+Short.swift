import EnclaviaCompletion
import EnclaviaCore

/// `status --short` with options such as `--color`; without them, ``ShortStatus`` answers before the parser starts.
extension StatusCommand {
    /// - Throws: ``UserError`` for options that it cannot be combined with.
    func runShort(_ context: CommandContext) throws -> ExitStatus {
        guard short else {
            throw UserError(.usage, "--format is for the counts of --short: add --short")
        }
        let others = [
            (context.invocation.wantsJSON, "--json"), (remote, "--remote"),
            (since != nil, "--since"), (reference != nil, "a reference"),
        ]
        if let other = others.first(where: \.0)?.1 {
            throw UserError(
                .usage, "--short cannot be combined with \(other)",
                hint: "it prints the counts of this machine's whole history")
        }
        let short = ShortStatus(template: try template(), wantsExitCode: exitCode)
        let counts = try? AttentionReader(
            stateDirectory: context.settings.stateDirectory,
            runtimeDirectory: context.settings.runtimeDirectory
        ).counts()
        let isUTF8 = ShortStatus.isUTF8(context.settings.environment)
        if let line = short.line(counts, isUTF8: isUTF8) { try context.console.result(line) }
        return ExitStatus(rawValue: short.exitStatus(counts)) ?? .store
    }

    private func template() throws -> ShortStatusTemplate? {
        guard let format else { return nil }
        do throws(TemplateError) {
            if let template = try ShortStatusTemplate(option: format) { return template }
        } catch {
            throw ErrorMessages.explain(error, fields: ShortStatusTemplate.fields)
        }
        throw UserError(
            .usage, "--format \(format.quoted) is not a valid format",
            hint: "with --short, a format is template:<text>")
    }
}
