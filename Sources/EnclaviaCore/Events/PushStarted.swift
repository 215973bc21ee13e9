/// What is known before anything leaves the machine.
package struct PushStarted: Hashable, Sendable, Codable, JSONDescribed {
    package let destination: String
    package let backend: String
    package let localImage: String
    package let labels: [String: String]
    @Nullable package private(set) var message: String?
    package let startedAt: Timestamp
    @Nullable package private(set) var host: String?
    @Nullable package private(set) var user: String?
    package let cliVersion: String

    package init(
        destination: String, backend: String, localImage: String, labels: [String: String],
        message: String? = nil, startedAt: Timestamp, host: String?, user: String?,
        cliVersion: String
    ) {
        self.destination = destination
        self.backend = backend
        self.localImage = localImage
        self.labels = labels
        self.message = message
        self.startedAt = startedAt
        self.host = host
        self.user = user
        self.cliVersion = cliVersion
    }

    private enum CodingKeys: String, CodingKey {
        case destination, backend, labels, message, host, user
        case localImage = "local_image"
        case startedAt = "started_at"
        case cliVersion = "cli_version"
    }

    package static let jsonSchema = JSONSchema.object(
        [
            .init("destination", .text), .init("backend", .text), .init("local_image", .text),
            .init("labels", .map(to: .text)), .init("started_at", .time),
            .init("host", .nullable(.text)), .init("user", .nullable(.text)),
            .init("cli_version", .text),
        ], optional: [.init("message", .nullable(.text))])

    func without(_ secrets: SecretScrubber) -> PushStarted {
        PushStarted(
            destination: destination, backend: backend,
            localImage: secrets.scrub(localImage), labels: labels.mapValues(secrets.scrub),
            message: message.map(secrets.scrub), startedAt: startedAt, host: host, user: user,
            cliVersion: cliVersion)
    }
}
