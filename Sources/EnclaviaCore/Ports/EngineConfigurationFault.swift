/// Why the user's own configuration of the engine's client (`config.json`) could not be used, or not all of
/// it. The client warns of the same and goes on; so does a push.
package struct EngineConfigurationFault: Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        /// The system's own words.
        case unreadable(String)
        /// A directory, a pipe, a device.
        case notRegular
        /// More than so many MiB.
        case tooLarge(mebibytes: Int)
        case notJSON
        /// These members have another type than the client's, and are left out. The others are used.
        case wrongTypes([String])
    }

    package let path: String
    package let reason: Reason

    package init(path: String, reason: Reason) {
        self.path = path
        self.reason = reason
    }
}
