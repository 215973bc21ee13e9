import SystemPackage

/// The sandbox's output: messages go to stderr, results to stdout.
package struct Report: Sendable {
    /// Whether progress is not shown.
    let quiet: Bool

    package init(quiet: Bool) { self.quiet = quiet }

    /// Shows progress, unless ``quiet``.
    func progress(_ text: String) {
        if !quiet { log(text) }
    }

    /// Writes a message to stderr.
    func log(_ text: String) {
        Self.write("enclavia-sandbox: \(text)\n", to: .standardError)
    }

    func result(_ text: String) {
        Self.write(text + "\n", to: .standardOutput)
    }

    /// Ignores errors: the reader may have closed the pipe.
    private static func write(_ text: String, to descriptor: FileDescriptor) {
        _ = try? descriptor.writeAll(text.utf8)
    }
}
