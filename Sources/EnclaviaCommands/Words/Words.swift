import EnclaviaCore

/// The words, kinds and exit codes of every error that crosses a boundary: the one place for them.
package enum Words {
    package static func explain(_ error: PushError) -> Explanation {
        switch error {
        case .destination(let error): explain(error)
        case .backend(let error): explain(error)
        case .engine(let error, let stage): explain(error, stage: stage)
        case .registry(let error, stage: .tag):
            explain(error).hinted(
                "what the tag holds is unknown, and its policy allows a push only by that:"
                    + " --tag-policy move pushes all the same")
        case .registry(let error, _): explain(error)
        case .policy(let violation): explain(violation)
        case .noDigest(let reference):
            Explanation(
                .protocolViolation,
                "the engine reported no digest for \(reference), and the registry does not hold"
                    + " this image under that tag: push again")
        case .contradicted(let reference, let digest, let actual):
            Explanation(
                .digestMismatch,
                "the registry holds \(actual) where the engine pushed \(digest) as \(reference):"
                    + " do not deploy it, and report this to the registry's operator")
        case .otherImage(let reference, let digest, let image):
            otherImage(reference, digest, image)
        case .neverArrived(let reference):
            Explanation(
                .notFound, "interrupted before the registry held this image under \(reference)")
        case .cancelled:
            Explanation(.cancelled, "cancelled before the digest was known")
        }
    }

    /// The kind and the message that a record keeps of a push that failed.
    @Sendable static func recorded(_ error: PushError) -> (kind: String, message: String) {
        let explanation = explain(error)
        return (explanation.kind.rawValue, explanation.message)
    }

    package static func explain(_ error: DestinationError) -> Explanation {
        Explanation(
            .usage, sentence(error),
            hint: "a destination is <repo>[:<tag>] or <owner>/<repo>[:<tag>], such as myapp:v1")
    }

    private static func sentence(_ error: DestinationError) -> String {
        switch error {
        case .empty(let part):
            "the destination's \(part) is empty"
        case .whiteSpace(let text):
            "the destination \(quoted(text)) contains white space"
        case .controlCharacter(let text):
            "the destination \(quoted(text)) contains a control character"
        case .digest(let digest):
            "the destination names a digest, \(quoted(digest)): push to a tag, the digest is the"
                + " answer"
        case .registryHost(let host):
            "the destination names a registry, \(quoted(host)): leave it out, the backend names it"
        case .tooManyParts(let text):
            "the destination \(quoted(text)) has more than one \"/\""
        case .upperCase(let part, let text):
            "the \(part) \(quoted(text)) contains upper case: write \(quoted(text.lowercased()))"
        case .badComponent(let part, let text):
            "the \(part) \(quoted(text)) is not lower-case letters and digits, separated by"
                + " \".\", \"_\", \"__\" or dashes"
        case .componentTooLong(let part, let text):
            "the \(part) \(quoted(text)) has \(text.utf8.count) characters, more than"
                + " \(Grammar.componentLimit)"
        case .badTag(let tag):
            "the tag \(quoted(tag)) is not letters, digits, \"_\", \".\" and \"-\", beginning with"
                + " none of the last two"
        case .tagTooLong(let tag):
            "the tag \(quoted(tag)) has \(tag.utf8.count) characters, more than"
                + " \(Grammar.tagLimit)"
        case .nameTooLong(let name):
            "\(quoted(name)) has \(name.utf8.count) characters, more than \(Grammar.nameLimit)"
        case .notYours(let owner, let handle):
            "the owner \(quoted(owner)) is not your handle: you are logged in as \(quoted(handle))"
        }
    }

    package static func explain(_ error: EngineError, stage: PushStage?) -> Explanation {
        switch error {
        case .notInstalled(let program): notInstalled(program)
        case .unusableProgram(let path, let fault): unusable(path, fault)
        case .unavailable(let endpoint, let reason):
            Explanation(
                .engineUnavailable,
                "no container engine answers at \(shown(endpoint)): start it, or set DOCKER_HOST",
                hint: hint(reason))
        case .trouble(let trouble, let reason): explain(trouble, reason)
        case .imageNotFound(let image, let nearest):
            Explanation(
                .imageNotFound, "there is no local image \(quoted(image)): build or pull it first",
                hint: nearest.isEmpty
                    ? nil : "did you mean \(nearest.map(quoted).joined(separator: ", "))?")
        case .loginFailed(let registry, let output):
            Explanation(
                .refused, "the login at \(shown(registry)) failed: \(lastLine(output))",
                hint: "run `enclavia auth status --remote` to see whether your account is in order")
        case .denied(let reference, let output):
            Explanation(
                .refused, "the registry refused the push to \(reference): \(lastLine(output))",
                hint: "run `enclavia auth status --remote` to see whether your account is in order")
        case .rejected(let reference, let output):
            Explanation(
                .refused,
                "the registry does not take the push to \(shown(reference)): \(lastLine(output))",
                hint: "pushing the same again does not help: look at the tag, the image's size and"
                    + " the registry's rules")
        case .busy(let name, let output, _):
            Explanation(
                .registryUnavailable,
                "the registry could not take the \(stage == .login ? "login at" : "push to")"
                    + " \(shown(name)): \(lastLine(output))",
                hint: "`--retry` tries more often")
        case .failed(let command, let status, let output):
            failedCommand(command, status, output, stage)
        case .failedAfterPush(let reference, let digest, let output):
            failedAfterPush(reference, digest, output)
        case .badOutput(let command, let detail):
            Explanation(
                .protocolViolation,
                "the answer of \(shown(command)) cannot be read: \(shown(detail))")
        case .wantsTerminal(let command):
            wantsTerminal(command)
        case .ignoresConfiguration(let client, let registry, let trace):
            ignoresConfiguration(client, registry, trace)
        case .noPrivateDirectory(let path, let reason):
            noPrivateDirectory(path, reason)
        case .configuration(let path, let reason):
            Explanation(.config, "\(shown(path)): \(shown(reason))")
        }
    }

    /// A failed push is the registry's or the network's doing; any other failed command the engine's.
    private static func failedCommand(
        _ command: String, _ status: Int32, _ output: String, _ stage: PushStage?
    ) -> Explanation {
        let kind: ErrorKind = stage == .push ? .registryUnavailable : .engineUnavailable
        return Explanation(
            kind, "\(shown(command)) failed (\(status)): \(lastLine(output))", hint: hint(output))
    }
}

extension Words {
    /// Text from outside, between quotation marks and safe to show; at most 256 characters of it.
    static func quoted(_ text: some StringProtocol) -> String { "\"\(shown(text))\"" }

    /// Text from outside, safe to show; at most `limit` characters of it.
    static func shown(_ text: some StringProtocol, limit: Int = 256) -> String {
        let cut = text.prefix(limit)
        return TerminalText.escape(cut) + (cut.endIndex < text.endIndex ? "…" : "")
    }

    /// The last line of a program's output that says something.
    static func lastLine(_ output: String) -> String {
        let lines = output.split(whereSeparator: \.isNewline)
        let last = lines.last { !$0.allSatisfy(\.isWhitespace) }
        return last.map { shown($0) } ?? "it printed nothing"
    }

    private static func hint(_ text: String) -> String? {
        text.allSatisfy(\.isWhitespace)
            ? nil : shown(text.split(whereSeparator: \.isNewline).joined(separator: "; "))
    }
}
