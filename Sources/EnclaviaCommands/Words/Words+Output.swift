import SystemPackage

extension Words {
    /// Why the result could not be written to standard output.
    package static func explain(output reason: Errno) -> Explanation {
        Explanation(
            .output,
            reason == .badFileDescriptor
                ? "standard output is closed" : "standard output cannot be written: \(reason)")
    }
}
