import EnclaviaCore
import EnclaviaSystem
import SystemPackage

/// The files of `--env-file` and `--summary`.
struct ResultFiles {
    /// How long to wait for a reader of a named pipe: long enough for one that starts together with the push.
    static let secondsForReader = 3

    private let variables: AppendedFile?
    private let summary: AppendedFile?

    /// Opens the files.
    ///
    /// - Parameter digestFile: the file of `--digest-file`, which neither of them may be.
    /// - Throws: `usage` for what cannot be written, for a file of this program, and for one that is named twice;
    ///   `CancellationError`.
    init(
        _ options: ResultFileOptions, digestFile: NamedFile? = nil, _ context: CommandContext
    ) throws {
        var taken = [("--digest-file", digestFile)]
        func open(_ option: String, _ path: String?) throws -> AppendedFile? {
            guard let path else { return nil }
            let file = try Self.open(option, path, taken, context)
            taken.append((option, file.name))
            return file
        }
        variables = try open(Self.variablesOption, options.envFile)
        summary = try open(Self.summaryOption, options.summary)
    }

    private static let variablesOption = "--env-file"
    private static let summaryOption = "--summary"

    /// Appends the variables of each push that succeeded, and a table of all.
    ///
    /// - Returns: why a file could not be written: of the first, if both could not.
    func append(_ results: [PushResult]) -> UserError? {
        guard !results.isEmpty else { return nil }
        let records = results.map(\.record)
        let pushed = records.filter { $0.state.outcome == .succeeded }
        let failures = [
            Self.append(to: variables, Self.variablesOption, after: .line) {
                try pushed.map { try PushVariables($0).text }.joined()
            },
            Self.append(to: summary, Self.summaryOption, after: .blankLine) {
                PushTable(records).text
            },
        ]
        return failures.lazy.compactMap { $0 }.first
    }

    private static func append(
        to file: AppendedFile?, _ option: String, after separator: AppendedFile.Separator,
        _ text: () throws -> String
    ) -> UserError? {
        guard let file else { return nil }
        do {
            let text = try text()
            if !text.isEmpty { try file.append(text, after: separator) }
            return nil
        } catch Errno.brokenPipe {
            // A reader that closed its pipe is not an error, as on standard output.
            return nil
        } catch let error as UserError {
            return error
        } catch {
            return .unwritten("the file of \(option)", error as? Errno ?? .ioError)
        }
    }

    private static func open(
        _ option: String, _ path: String, _ taken: [(option: String, name: NamedFile?)],
        _ context: CommandContext
    ) throws -> AppendedFile {
        let words = "\(option) \(path.quoted)"
        guard !path.isEmpty else {
            throw UserError(
                .usage, "\(words) is not the name of a file",
                hint: "is the variable set? CI services other than GitHub's have none for it")
        }
        do {
            return try AppendedFile(
                FilePath(native: path), waitingForReader: secondsForReader
            ) { name in
                try context.protectOwnFiles(from: name, words)
                for other in taken where other.name.map(name.isSame) == true {
                    throw UserError(
                        .usage, "\(words) is the file of \(other.option), too",
                        hint: "name a file of its own")
                }
            }
        } catch let error as Errno {
            throw UserError(
                .usage, "\(words) cannot be written: \(ErrorMessages.reason(error))")
        }
    }
}

extension UserError {
    /// A file for the result that could not be written when there was one.
    static func unwritten(_ file: String, _ reason: Errno) -> UserError {
        UserError(.output, "\(file) could not be written: \(reason)")
    }
}
