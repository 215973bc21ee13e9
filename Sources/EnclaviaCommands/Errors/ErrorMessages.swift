import EnclaviaCore
import SystemPackage

/// The messages, kinds and exit codes of the errors that several commands share; those of one command are in its
/// folder.
package enum ErrorMessages {
    /// Explains any error that a command threw. An error of an unknown type is a bug in this program.
    package static func explain(any error: any Error) -> UserError {
        switch error {
        case let error as UserError: error
        case let error as PushError: explain(error).about(stage: error.stage, pushID: nil)
        case let error as DestinationError: explain(error)
        case let error as BackendError: explain(error)
        case let error as LoginError: explain(error)
        case let error as RegistryError: explain(error)
        case let error as EngineError: explain(error, stage: nil)
        case let error as StoreError: explain(error)
        case ConsoleError.failed(let reason): explain(output: reason)
        case is CancellationError: UserError(.cancelled, "cancelled")
        case let error as Errno where error == .tooManyOpenFiles: tooManyOpenFiles
        default:
            UserError(
                .error, "internal error: \(String(describing: error).printable)",
                hint: "this is a bug in enclavia: please report it with the command that you ran")
        }
    }

    /// The limit is the user's own setting, or that of a service or a container.
    static let tooManyOpenFiles = UserError(
        .config, "too many open files: raise the hard limit (ulimit -Hn) to 256 or more")

    package static func explain(_ error: PushError) -> UserError {
        switch error {
        case .destination(let error): explain(error)
        case .backend(let error): explain(error)
        case .engine(let error, let stage): explain(error, stage: stage)
        case .registry(let error, stage: .tag):
            explain(error).hinted(
                "what the tag points at is unknown, and the tag policy depends on it:"
                    + " --tag-policy move pushes anyway")
        case .registry(let error, _): explain(error)
        case .policy(let violation): explain(violation)
        case .noDigest(let reference):
            UserError(
                .protocolViolation,
                "the engine reported no digest for \(reference), and the registry does not have"
                    + " this image under that tag: push again")
        case .contradicted(let reference, let digest, let actual):
            UserError(
                .digestMismatch,
                "the registry has \(actual), but the engine pushed \(digest) as \(reference):"
                    + " do not deploy it, and report this to the registry's operator")
        case .otherImage(let reference, let digest, let image):
            otherImage(reference, digest, image)
        case .neverArrived(let reference):
            UserError(
                .notFound, "interrupted before the registry had this image under \(reference)")
        case .cancelled:
            UserError(.cancelled, "cancelled before the digest was known")
        }
    }

    /// The kind and the message that the record of a failed push stores.
    @Sendable static func recorded(_ error: PushError) -> (kind: String, message: String) {
        let userError = explain(error)
        return (userError.kind.rawValue, userError.message)
    }

    package static func explain(_ error: DestinationError) -> UserError {
        UserError(
            .usage, sentence(error),
            hint: "a destination is <repo>[:<tag>] or <owner>/<repo>[:<tag>], such as myapp:v1")
    }

    private static func sentence(_ error: DestinationError) -> String {
        switch error {
        case .empty(let part):
            "the destination's \(part) is empty"
        case .whiteSpace(let text):
            "the destination \(text.quoted) contains white space"
        case .controlCharacter(let text):
            "the destination \(text.quoted) contains a control character"
        case .digest(let digest):
            "the destination contains a digest, \(digest.quoted): push to a tag, and the push prints"
                + " the digest"
        case .registryHost(let host):
            "the destination contains a registry, \(host.quoted): leave it out, the backend selects it"
        case .tooManyParts(let text):
            "the destination \(text.quoted) has more than one \"/\""
        case .upperCase(let part, let text):
            "the \(part) \(text.quoted) contains upper case: write \(text.lowercased().quoted)"
        case .badComponent(let part, let text):
            "the \(part) \(text.quoted) is not lower-case letters and digits, separated by"
                + " \".\", \"_\", \"__\" or dashes"
        case .componentTooLong(let part, let text):
            "the \(part) \(text.quoted) has \(text.utf8.count) characters, more than"
                + " \(ReferenceGrammar.componentLimit)"
        case .badTag(let tag):
            "the tag \(tag.quoted) is not valid: use letters, digits, \"_\", \".\" and \"-\", and do not"
                + " begin with \".\" or \"-\""
        case .tagTooLong(let tag):
            "the tag \(tag.quoted) has \(tag.utf8.count) characters, more than"
                + " \(ReferenceGrammar.tagLimit)"
        case .nameTooLong(let name):
            "\(name.quoted) has \(name.utf8.count) characters, more than \(ReferenceGrammar.nameLimit)"
        case .notYours(let owner, let handle):
            "the owner \(owner.quoted) is not your handle: you are logged in as \(handle.quoted)"
        }
    }
}

extension ErrorMessages {
    /// Why the result could not be written to standard output.
    package static func explain(output reason: Errno) -> UserError {
        UserError(
            .output,
            reason == .badFileDescriptor
                ? "standard output is closed" : "standard output cannot be written: \(reason)")
    }

    /// The warning about a file that is in place, but may be lost in a power failure.
    static func unsynced(_ name: String, _ reason: Errno) -> String {
        "\(name.printable) was written, but its directory could not be synced (\(reason)): after a power loss"
            + " the file may be as it was before"
    }

    /// Why a file cannot be opened for output.
    static func reason(_ error: Errno) -> String {
        switch error {
        case .noSuchAddressOrDevice: "no process reads from it"
        case .badFileDescriptor: "it is not a descriptor that is open for writing"
        default: "\(error)"
        }
    }
}
