import EnclaviaCore

extension StoreError {
    /// The bare reason, for a receipt that names the place itself.
    var reason: String {
        switch self {
        case .inaccessible(_, let reason): reason
        case .locked(_, let seconds): "another process has held it for \(seconds) s"
        case .corrupt(_, let detail): "it is damaged: \(detail)"
        case .tooNew(_, let version): "a newer version of enclavia made it (schema \(version))"
        case .unsafe(let path, let reason): "\(path) is not safe: \(reason)"
        }
    }
}
