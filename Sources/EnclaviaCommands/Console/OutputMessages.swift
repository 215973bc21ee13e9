import SystemPackage

extension Words {
    /// Why the result could not be written to standard output.
    package static func explain(output reason: Errno) -> Explanation {
        Explanation(
            .output,
            reason == .badFileDescriptor
                ? "standard output is closed" : "standard output cannot be written: \(reason)")
    }

    /// A file that has its name, and may lose it with the power.
    static func unsynced(_ name: String, _ reason: Errno) -> String {
        "\(shown(name)) was written, but its directory could not be synced (\(reason)): after a power loss"
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
