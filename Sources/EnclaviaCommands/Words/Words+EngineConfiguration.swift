import EnclaviaCore

// The messages about the user's own configuration of the engine's client.

extension Words {
    /// What of the configuration a push does without, and why.
    static func passedOver(_ fault: EngineConfigurationFault) -> String {
        let path = shown(fault.path)
        let without = "its context, proxies and plugins are not used"
        return switch fault.reason {
        case .unreadable(let reason): "\(path) cannot be read (\(shown(reason))): \(without)"
        case .notRegular: "\(path) is not a file: \(without)"
        case .tooLarge(let mebibytes): "\(path) is larger than \(mebibytes) MiB: \(without)"
        case .notJSON: "\(path) is not a JSON object: \(without)"
        case .wrongTypes(let names):
            "\(path) has values of the wrong type, which are not used:"
                + " \(names.map(quoted).joined(separator: ", "))"
        }
    }
}
