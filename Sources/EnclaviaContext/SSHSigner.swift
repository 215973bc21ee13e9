import EnclaviaCore
import EnclaviaSystem

/// Signs checkpoints with ssh-keygen, which finds keys in files, in an agent and on hardware tokens.
///
/// Source: ssh-keygen(1), `-Y sign` and `-Y verify`.
package struct SSHSigner: CheckpointSigner {
    /// A signature of another namespace, such as one over a git commit, does not count.
    package static let namespace = "enclavia-history"

    private let environment: [String: String]

    /// - Parameter environment: the user's, which names the agent.
    package init(environment: [String: String]) {
        self.environment = environment
    }

    package func sign(
        _ text: String, with key: String
    ) async throws(SignatureError) -> [UInt8] {
        let run = try program(["-q", "-Y", "sign", "-n", Self.namespace, "-f", key])
        let outcome = try await Self.failing { () async throws(ProgramRunError) in
            try await run.collectInForeground(input: Array(text.utf8))
        }
        guard outcome.isSuccess, outcome.output.starts(with: Self.armor.utf8) else {
            throw .refused(key: key, reason: Self.reason(outcome))
        }
        return outcome.output
    }

    /// The first line of a signature's file (PROTOCOL.sshsig of OpenSSH).
    private static let armor = "-----BEGIN SSH SIGNATURE-----"

    package func check(
        _ text: [UInt8], signature: String, allowedSigners: String, identity: String
    ) async throws(SignatureError) -> SignatureResult {
        let run = try program([
            "-Y", "verify", "-n", Self.namespace, "-I", identity, "-f", allowedSigners, "-s",
            signature,
        ])
        let outcome = try await Self.failing { () async throws(ProgramRunError) in
            try await run.collect(input: text)
        }
        return outcome.isSuccess
            ? .valid(identity: identity)
            : .refused(
                reason: Self.reason(outcome) ?? "no key of \(identity) in \(allowedSigners) made it"
            )
    }

    private func program(_ arguments: [String]) throws(SignatureError) -> ProgramRun {
        let path = environment["PATH"]
        guard let program = ProgramSearch.find("ssh-keygen", in: path) else {
            guard let (file, fault) = ProgramSearch.unusable("ssh-keygen", in: path) else {
                throw .noProgram
            }
            throw .unusableProgram(path: file, fault)
        }
        return ProgramRun(
            program: program, arguments: arguments,
            environment: ChildEnvironment.of(environment))
    }

    /// The last line that it printed to standard error; `nil` where that is the user's terminal.
    private static func reason(_ outcome: ProgramRun.Outcome) -> String? {
        outcome.errorOutput.split(whereSeparator: \.isNewline).last.map(String.init)
    }

    private static func failing<Value>(
        _ body: () async throws(ProgramRunError) -> Value
    ) async throws(SignatureError) -> Value {
        do throws(ProgramRunError) {
            return try await body()
        } catch {
            switch error {
            case .notInstalled: throw .noProgram
            case .unusableProgram(let path, let fault): throw .unusableProgram(path: path, fault)
            case .wantsTerminal: throw .failed(reason: "it asked for input")
            case .badOutput(_, let detail): throw .failed(reason: detail)
            case .failed(_, _, let output): throw .failed(reason: output)
            }
        }
    }
}
