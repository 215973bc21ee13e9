import ArgumentParser
import EnclaviaCore

/// The options of `push`.
struct PushOptions: ParsableArguments {
    @OptionGroup var recording: RecordingOptions

    @Flag(help: "Print the reference that would be pushed; push, record and send nothing.")
    var dryRun = false

    @Flag(help: "Follow the builds that the push starts until each enclave runs or fails.")
    var wait = false

    @Option(
        help: ArgumentHelp(
            "Write the digest and a newline to this file, after the registry was queried for it.",
            valueName: "path"),
        completion: .value(.file))
    var digestFile: String?

    @OptionGroup var files: ResultFileOptions

    @Option(
        help: ArgumentHelp(
            "What the push may do to an existing tag.",
            valueName: "policy"))
    var tagPolicy: TagPolicy?

    @Option(
        help: ArgumentHelp(
            "Retry up to this many times after temporary failures; 0 to 10.",
            valueName: "number"),
        completion: .value(.free))
    var retry: Int = 1

    @Flag(help: "Print only warnings and errors on standard error.")
    var quiet = false

    @Option(help: ArgumentHelp("How to show progress.", valueName: "how"))
    var progress: ProgressChoice = .auto

    /// Validates the arguments and options, before any I/O.
    func request(
        localImage: String, destination: String, settings: Settings
    ) throws -> PushRequest {
        let (labels, message) = try recording.parsed()
        if recording.noNotify && wait {
            throw UserError(
                .usage, "--wait needs the notification, which --no-notify does not send")
        }
        guard (0...10).contains(retry) else {
            throw UserError(.usage, "--retry \(retry) is not between 0 and 10")
        }
        guard !localImage.isEmpty, !localImage.unicodeScalars.contains(where: TerminalText.isUnsafe)
        else {
            throw UserError(
                .usage, "the local image \(localImage.quoted) is not a valid image name")
        }
        if localImage.hasPrefix("-") {
            throw UserError(
                .usage, "the local image \(localImage.quoted) begins with a dash")
        }
        return PushRequest(
            localImage: localImage, destination: try Destination(destination),
            labels: labels, message: message,
            policies: try tagPolicy.map { TagPolicyRules($0) } ?? settings.tagPolicies(),
            retries: retry, notifies: !recording.noNotify, cliVersion: enclaviaVersion)
    }
}

/// The text of `--message`.
enum PushReason {
    /// - Returns: `nil` for an empty text, as from a variable that is not set.
    static func parse(_ text: String?) throws(UserError) -> String? {
        guard let text, !text.isEmpty else { return nil }
        guard LabelGrammar.isValue(text) else {
            throw UserError(
                .usage,
                "the message has control characters or line breaks, or more than"
                    + " \(LabelGrammar.valueLimit) bytes")
        }
        return text
    }
}

extension TagPolicy: ExpressibleByArgument {}

extension Settings {
    /// `ENCLAVIA_TAG_POLICY`; where it is not set, every tag may move.
    ///
    /// - Throws: `usage` for a malformed rule.
    func tagPolicies() throws(UserError) -> TagPolicyRules {
        do throws(TagPolicyRulesError) {
            return try tagPolicyRules() ?? TagPolicyRules(.move)
        } catch {
            throw UserError(
                .usage, "ENCLAVIA_TAG_POLICY: \(ErrorMessages.sentence(error))",
                hint: ErrorMessages.policyGrammar)
        }
    }
}

/// How progress is shown.
enum ProgressChoice: String, ExpressibleByArgument, CaseIterable {
    case auto, plain, none
}

/// Labels as they are typed, `KEY=VALUE`.
enum Labels {
    static func parse(_ texts: [String]) throws(UserError) -> [String: String] {
        var labels: [String: String] = [:]
        for text in texts {
            let (key, value) = try split(text)
            guard labels.updateValue(value, forKey: key) == nil else {
                throw UserError(.usage, "the label \(key.quoted) was given twice")
            }
        }
        return labels
    }

    private static func split(_ text: String) throws(UserError) -> (String, String) {
        // Split by bytes: a value may begin with a combining mark, which would combine with the "=".
        guard let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")) else {
            throw UserError(
                .usage, "the label \(text.quoted) has no \"=\": write KEY=VALUE")
        }
        let key = String(text[..<equals])
        let value = String(text[text.utf8.index(after: equals)...])
        guard LabelGrammar.isKey(key) else {
            throw UserError(
                .usage,
                "the label key \(key.quoted) is not 1 to \(LabelGrammar.keyLimit) letters, digits,"
                    + " \".\", \"_\", \"-\" and \"/\"")
        }
        guard LabelGrammar.isValue(value) else {
            throw UserError(
                .usage,
                "the value of the label \(key.quoted) has control characters, or more"
                    + " than \(LabelGrammar.valueLimit) bytes")
        }
        return (key, value)
    }
}
