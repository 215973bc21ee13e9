import EnclaviaCompletion
import EnclaviaCore

/// `status --short` with options such as `--color`; without them, ``ShortStatus`` answers before the parser starts.
/// Both read the history in the same way, and in the same time.
extension StatusCommand {
    /// - Throws: ``UserError`` for options that it cannot be combined with.
    func runShort(_ context: CommandContext) throws -> ExitStatus {
        guard short else {
            throw UserError(.usage, "--format is for the counts of --short: add --short")
        }
        let others = [
            // `--format json` is no option of this, and is refused as a format.
            (context.invocation.wantsJSON && format != "json", "--json"), (remote, "--remote"),
            (since != nil, "--since"), (reference != nil, "a reference"),
        ]
        if let other = others.first(where: \.0)?.1 {
            throw UserError(
                .usage, "--short cannot be combined with \(other)",
                hint: "it prints the counts of this machine's whole history")
        }
        let (line, status) = ShortStatus(template: try template(), wantsExitCode: exitCode).read()
        if let line {
            do throws(ConsoleError) {
                try context.console.result(line)
            } catch {
                // The exit status is an answer, too, which needs no reader.
                guard error == .closedPipe else { throw error }
            }
        }
        return ExitStatus(rawValue: status) ?? .store
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
