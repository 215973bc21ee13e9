import ArgumentParser
import EnclaviaCore

/// The options about the record of a push and its notification.
struct RecordingOptions: ParsableArguments {
    @Flag(name: .customLong("no-notify"), help: "Do not notify the backend of the push.")
    var noNotify = false

    @Flag(help: "Exit with 75 if the backend could not be notified.")
    var requireNotify = false

    @Option(
        name: .customLong("label"),
        help: ArgumentHelp(
            "Store this label in the record; may be repeated.", valueName: "key=value"),
        completion: .value(.label))
    var labels: [String] = []

    @Option(
        help: ArgumentHelp("Store the reason for the push in the record.", valueName: "text"),
        completion: .value(.free))
    var message: String?

    /// The labels by their keys, and the message; `nil` for an empty one.
    ///
    /// - Throws: `usage` for options that contradict each other, and for a malformed label or message.
    func parsed() throws(UserError) -> (labels: [String: String], message: String?) {
        if noNotify && requireNotify {
            throw UserError(.usage, "--no-notify and --require-notify contradict each other")
        }
        return (try Labels.parse(labels), try PushReason.parse(message))
    }
}
