import EnclaviaCore
import EnclaviaSystem

/// Asks git for the order of two commits in the checkout of the working directory.
package struct GitCommitGraph: CommitGraph {
    /// The longest that git may take for an answer; a large repository without a commit graph takes seconds.
    package static let seconds = 10

    private let checkout: Result<GitCheckout, CommitGraphError>
    private let limit: Duration

    /// - Parameters:
    ///   - environment: the user's.
    ///   - directory: the working directory.
    package init(
        environment: [String: String], directory: String,
        limit: Duration = .seconds(GitCommitGraph.seconds)
    ) {
        checkout = Result { () throws(CommitGraphError) in
            try GitCheckout(at: directory, environment: environment)
        }
        self.limit = limit
    }

    package func head() async throws(CommitGraphError) -> String? {
        if case .failure(.noCheckout) = checkout { return nil }
        let outcome = try await run(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"])
        if Self.isOthers(outcome) { throw .ownedByOther }
        return outcome.isSuccess ? CommitID(Self.text(outcome))?.text : nil
    }

    /// Whether git refused to read another user's checkout, whose configuration could run programs.
    private static func isOthers(_ outcome: ProgramRun.Outcome) -> Bool {
        outcome.errorOutput.contains("dubious ownership")
    }

    package func isAncestor(
        _ ancestor: CommitID, of commit: CommitID
    ) async throws(CommitGraphError) -> Bool {
        let outcome = try await run([
            "merge-base", "--is-ancestor", "--end-of-options", ancestor.text, commit.text,
        ])
        switch outcome.status {
        case 0: return true
        case 1:
            let shallow = try await run(["rev-parse", "--is-shallow-repository"])
            guard Self.text(shallow) == "false" else { throw .shallow }
            return false
        default:
            if Self.isOthers(outcome) { throw .ownedByOther }
            for id in [ancestor, commit] where try await !has(id) { throw .missing(id) }
            throw .failed(outcome.tail)
        }
    }

    private func has(_ commit: CommitID) async throws(CommitGraphError) -> Bool {
        try await run([
            "rev-parse", "--verify", "--quiet", "--end-of-options", "\(commit.text)^{commit}",
        ]).isSuccess
    }

    private func run(
        _ arguments: [String]
    ) async throws(CommitGraphError) -> ProgramRun.Outcome {
        let checkout = try checkout.get()
        let start = ContinuousClock.now
        let outcome = await result { () async throws(CommitGraphError) in
            do {
                return try await withTimeLimit(limit) {
                    try await checkout.command(arguments).collect()
                }
            } catch ProgramRunError.unusableProgram(let path, let fault) {
                throw CommitGraphError.unusableGit(path: path, fault)
            } catch ProgramRunError.wantsTerminal(let command) {
                throw CommitGraphError.failed("\(command) asked for input on the terminal")
            } catch {
                throw CommitGraphError.failed("\(error)")
            }
        }
        // A git that was ended at the limit has an exit status, too, which means nothing.
        guard ContinuousClock.now - start < limit else {
            throw .timedOut(seconds: Int(limit.components.seconds))
        }
        return try outcome.get()
    }

    private static func text(_ outcome: ProgramRun.Outcome) -> String {
        String(decoding: outcome.output, as: UTF8.self).filter { !$0.isWhitespace }
    }
}
