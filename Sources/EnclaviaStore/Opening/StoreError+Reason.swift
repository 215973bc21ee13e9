import EnclaviaCore

extension StoreError {
    /// The reason without the store's path, for a receipt that names the path itself.
    var reason: String {
        switch self {
        case .inaccessible(_, let reason): reason
        case .full: "no space is left on the disk"
        case .readOnly: "it is read-only"
        case .locked(_, let seconds): "another process has held it for \(seconds) s"
        case .corrupt(_, let detail): "it is damaged: \(detail)"
        case .foreign: "it is not an enclavia history"
        case .constraint(_, let detail): "a constraint failed: \(detail)"
        case .unexpected(_, let detail): "SQLite reported an error: \(detail)"
        case .tooNew(_, let version): "a newer version of enclavia created it (schema \(version))"
        case .unsafe(let path, let reason): "\(path) is not safe: \(reason)"
        case .cancelled: "it was cancelled"
        }
    }
}
