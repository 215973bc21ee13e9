import EnclaviaCore

extension Words {
    package static func explain(_ error: RegistryError) -> Explanation {
        switch error {
        case .unavailable(let registry, let reason):
            Explanation(
                .registryUnavailable,
                "the registry \(shown(registry)) does not answer: \(shown(reason))")
        case .unreachable(let registry, let fault):
            explain(fault, .registryUnavailable, "the registry \(shown(registry))")
        case .configuration(let subject, let reason):
            Explanation(.config, "\(shown(subject)): \(shown(reason))")
        case .failed(let registry, let status, let message):
            Explanation(
                .registryUnavailable,
                "the registry \(shown(registry)) failed: \(answer(status, message))")
        case .missing(let registry, let digest):
            Explanation(
                .registryUnavailable, "the registry \(shown(registry)) does not show \(digest)")
        case .cancelled:
            Explanation(.cancelled, "cancelled before the registry had answered")
        case .denied(let registry, let status):
            Explanation(
                .refused,
                "the registry \(shown(registry)) refused your credentials (\(status)): run"
                    + " `enclavia auth login` to re-authenticate")
        case .refused(let registry, let status, let message):
            Explanation(
                .refused, "the registry \(shown(registry)) refused (\(status)): \(shown(message))")
        case .protocolViolation(let registry, let detail):
            Explanation(
                .protocolViolation,
                "the registry \(shown(registry)) answered what makes no sense: \(shown(detail))")
        case .digestMismatch(let expected, let actual):
            Explanation(
                .digestMismatch, "the registry holds \(actual) under the digest \(expected)")
        }
    }
}
