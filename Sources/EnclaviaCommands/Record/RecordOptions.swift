import ArgumentParser
import EnclaviaCore

/// The options of `record`.
struct RecordOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The digest that was pushed to the destination."),
        completion: .value(.digest))
    var digest: String?

    @Option(
        help: ArgumentHelp(
            "Read the images from the JSON that buildx, bake or jib wrote; - for standard input.",
            valueName: "file"),
        completion: .value(.file))
    var metadataFile: String?

    @Option(
        help: ArgumentHelp(
            "Read the images from lines with references and digests; - for standard input.",
            valueName: "file"),
        completion: .value(.file))
    var refsFile: String?

    @Option(
        help: ArgumentHelp("Store the name of the tool that pushed.", valueName: "name"),
        completion: .value(.free))
    var tool: String = RecordRequest.unnamedTool

    @OptionGroup var recording: RecordingOptions

    @OptionGroup var files: ResultFileOptions

    var paths: [String] { [metadataFile, refsFile].compactMap { $0 } + files.paths }

    /// Validates the arguments and options, and then reads the file.
    ///
    /// - Throws: ``UserError``, `CancellationError`.
    func request(_ destination: String, _ context: CommandContext) throws -> RecordRequest {
        let (labels, message) = try recording.parsed()
        let source = try source()
        let place = try Self.destination(destination)
        if place == nil, case .option = source {
            throw UserError(
                .usage, "--digest needs a destination such as myapp:v1, and - is none")
        }
        guard LabelGrammar.isKey(tool) else {
            throw UserError(
                .usage,
                "the tool \(tool.quoted) is not 1 to \(LabelGrammar.keyLimit) letters, digits, \".\","
                    + " \"_\", \"-\" and \"/\"")
        }
        let images = try source.images(context)
        if files.envFile != nil, images.count > 1 {
            throw UserError(
                .usage,
                "--env-file holds the variables of one push, and \(source.name) names \(images.count) images",
                hint: "use --json, or record one image at a time")
        }
        return RecordRequest(
            destination: place, images: images, tool: tool, labels: labels,
            message: message, notifies: !recording.noNotify, cliVersion: enclaviaVersion)
    }

    /// - Throws: `usage` unless exactly one of the options is given.
    func source() throws(UserError) -> RecordSourceOption {
        let given = [
            digest.map { RecordSourceOption.option($0) },
            metadataFile.map { .metadata($0) }, refsFile.map { .references($0) },
        ].compactMap { $0 }
        guard given.count == 1 else {
            throw UserError(
                .usage,
                given.isEmpty
                    ? "which image was pushed is missing: give --digest, --metadata-file or --refs-file"
                    : "give only one of --digest, --metadata-file and --refs-file")
        }
        return given[0]
    }

    /// `nil` for `-`.
    private static func destination(_ text: String) throws -> Destination? {
        guard text != "-" else { return nil }
        do throws(DestinationError) {
            return try Destination(text)
        } catch .digest(let digest) {
            throw UserError(
                .usage,
                "the destination contains a digest, \(digest.quoted): give it with --digest, and the tag"
                    + " that it was pushed to in the destination")
        }
    }
}

/// Where `record` reads the images from.
enum RecordSourceOption: Hashable {
    /// The digest itself.
    case option(String)
    /// A file, as typed.
    case metadata(String)
    case references(String)

    /// - Throws: ``UserError``, `CancellationError`.
    func images(_ context: CommandContext) throws -> [ExternalImage] {
        do {
            switch self {
            case .option(let text):
                guard let digest = Digest(text) else {
                    throw UserError(
                        .usage,
                        "\(text.quoted) is not a digest: \(ErrorMessages.digestForm)"
                    )
                }
                return [ExternalImage(place: .whole, name: nil, digest: digest)]
            case .metadata(let file):
                return try BuildMetadata.read(try bytes(file, context))
            case .references(let file):
                return try ImageReferenceLines.read(try bytes(file, context))
            }
        } catch let fault as ExternalFault {
            throw ErrorMessages.explain(fault, of: self)
        }
    }

    private func bytes(_ file: String, _ context: CommandContext) throws -> [UInt8] {
        let content = try InputFile.read(file, context, limit: ExternalInput.limit)
        guard !content.isCutOff else { throw ExternalFault(.whole, .tooLarge) }
        return content.bytes
    }

    /// The file, for messages.
    var name: String {
        switch self {
        case .option: "--digest"
        case .metadata(let file), .references(let file):
            file == "-" ? "standard input" : file.printable
        }
    }
}
