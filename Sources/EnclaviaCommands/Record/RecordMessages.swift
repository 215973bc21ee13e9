import EnclaviaCore

extension ErrorMessages {
    /// - Parameter isPartial: whether other images of the request were recorded.
    static func explain(
        _ error: RecordError, of source: RecordSourceOption, isPartial: Bool = false
    ) -> UserError {
        switch error {
        case .backend(let error): explain(error)
        case .registry(let error): explain(error)
        case .destination(let error): explain(error)
        case .input(let fault): explain(fault, of: source)
        case .name(let name, let place, let error):
            UserError(
                .usage, "\(subject(place, source)): \(sentence(error, of: name))",
                hint: "nothing was recorded")
        case .contradiction(let first, let second):
            UserError(
                .data,
                "\(lead(second.place, source))\(second.reference) has another digest than in"
                    + " \(subject(first.place, source))",
                hint:
                    "nothing was recorded: a tag points at one digest; for an image of several platforms, at that"
                    + " of the index")
        case .absent(let image, let others):
            UserError(
                .imageNotFound,
                "\(lead(image.place, source))the registry \(image.reference.registry.printable) does not have"
                    + " \(image.digest) in \(image.reference.path)",
                hint: hint(others, "push the image first, or correct the digest"))
        case .notHeld(let image, let held, let isPart, let others):
            UserError(
                .digestMismatch,
                "\(lead(image.place, source))\(image.reference) "
                    + (held.map { "points at \($0), not at \(image.digest)" }
                        ?? "does not exist, so it does not point at \(image.digest)"),
                hint: isPartial
                    ? "the tag has been \(held == nil ? "deleted" : "moved") meanwhile: this image was not recorded"
                    : hint(others, advice(isPart: isPart, doesExist: held != nil)))
        case .cancelled:
            UserError(.cancelled, "cancelled: nothing was recorded")
        }
    }

    static func explain(_ fault: ExternalFault, of source: RecordSourceOption) -> UserError {
        UserError(
            .data, "\(subject(fault.place, source)) \(sentence(fault.reason))",
            hint: hint(fault.reason, source) ?? "nothing was recorded")
    }

    /// For a tag that holds something else.
    private static func advice(isPart: Bool, doesExist: Bool) -> String {
        if isPart {
            return
                "it is the image of one platform: record the digest of the index, which the tag points at"
        }
        return doesExist
            ? "another push may have moved the tag: record what the tag points at"
            : "correct the tag, or push the image to it first"
    }

    private static func hint(_ others: Int, _ advice: String) -> String {
        guard others > 0 else { return "nothing was recorded: \(advice)" }
        let more = MessageText.count(others, "other image does", "other images do")
        return "nothing was recorded, and \(more) not match the registry, either: \(advice)"
    }

    /// The place as the subject of a sentence.
    private static func subject(_ place: ExternalPlace, _ source: RecordSourceOption) -> String {
        switch place {
        case .whole: return source.name
        case .line(let number): return "line \(number) of \(source.name)"
        case .key(let path):
            let targets = path.dropLast().map { " of \($0.quoted)" }.reversed().joined()
            return "the key \((path.last ?? "").quoted)\(targets) in \(source.name)"
        }
    }

    /// The place before a sentence about an image that it names.
    private static func lead(_ place: ExternalPlace, _ source: RecordSourceOption) -> String {
        place == .whole ? "" : "\(subject(place, source)): "
    }

    /// What a digest looks like.
    static let digestForm = "sha256: and 64 hexadecimal digits in lower case"

    private static func sentence(_ reason: ExternalFault.Reason) -> String {
        switch reason {
        case .empty: "is empty"
        case .notUTF8: "is not UTF-8"
        case .tooLarge: "is larger than \(ExternalInput.limit >> 20) MiB"
        case .notJSON: "is not valid JSON"
        case .severalDocuments: "has something after its JSON value"
        case .notAnObject: "is not a JSON object"
        case .repeatedKey: "appears twice"
        case .noImage: "contains no image"
        case .missing: "is missing"
        case .ownAndTargets: "is beside keys of a single target"
        case .notOfType(let type): "must be \(type)"
        case .badDigest(let text):
            "has \(text.quoted), which is not a digest (\(digestForm))"
        case .badName(let text): "has \(text.quoted), which is not the name of an image"
        case .otherDigest(let key): "has another digest than the key \(key.quoted)"
        case .jsonLine: "is JSON, and not a reference"
        case .badLine(let text):
            "is neither [<name>@]sha256:… nor <name> sha256:…: \(text.quoted)"
        case .noName: "has no repository"
        }
    }

    private static func hint(
        _ reason: ExternalFault.Reason, _ source: RecordSourceOption
    ) -> String? {
        switch (reason, source) {
        case (.noName, _): "give the destination, such as myapp:v1, instead of -"
        case (.jsonLine, .references):
            "--refs-file reads one reference on each line: use --metadata-file for JSON"
        case (.notJSON, .metadata):
            "--metadata-file reads the JSON that buildx, bake or jib wrote: use --refs-file for lines with digests"
        case (.missing, .metadata):
            "nothing was recorded: a build that pushes no image, or that does not name it, leaves the key out;"
                + " remove such a target with jq 'del(.target)'"
        default: nil
        }
    }

    private static func sentence(_ error: ExternalNameError, of name: ExternalName) -> String {
        switch error {
        case .otherRegistry(let host, let own):
            "\(name.text.quoted) is in the registry \(host.quoted), and yours is \(own.quoted)"
        case .otherOwner(let owner, let handle):
            "the owner \(owner.quoted) is not your handle: you are logged in as \(handle.quoted)"
        case .otherRepository(let repository, let wanted):
            "the repository \(repository.quoted) is not the destination's, \(wanted.quoted):"
                + " use - as the destination to record several repositories"
        case .noOwner:
            "\(name.text.quoted) has no owner after the registry"
        case .tooManyParts:
            "\(name.text.quoted) has more parts than an owner and a repository"
        case .tooLong:
            "\(name.text.quoted) is longer than \(ReferenceGrammar.nameLimit) characters"
        }
    }
}
