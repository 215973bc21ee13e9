import SystemPackage

/// Where the sandbox speaks: words go to stderr, results to stdout.
package struct Report: Sendable {
    /// Whether progress is told.
    let quiet: Bool

    package init(quiet: Bool) { self.quiet = quiet }

    /// Tells progress.
    func progress(_ text: String) {
        if !quiet { log(text) }
    }

    /// Tells what has to be told.
    func log(_ text: String) {
        Self.write("enclavia-sandbox: \(text)\n", to: .standardError)
    }

    func result(_ text: String) {
        Self.write(text + "\n", to: .standardOutput)
    }

    /// A reader that has gone away is no error of ours.
    private static func write(_ text: String, to descriptor: FileDescriptor) {
        _ = try? descriptor.writeAll(text.utf8)
    }
}
