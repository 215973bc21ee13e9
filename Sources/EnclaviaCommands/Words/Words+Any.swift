import EnclaviaCore
import SystemPackage

extension Words {
    /// Explains whatever a command threw; what is foreseen nowhere is a bug.
    package static func explain(any error: any Error) -> Explanation {
        switch error {
        case let error as Explanation: error
        case let error as PushError: explain(error).about(stage: error.stage, pushID: nil)
        case let error as DestinationError: explain(error)
        case let error as BackendError: explain(error)
        case let error as LoginError: explain(error)
        case let error as RegistryError: explain(error)
        case let error as EngineError: explain(error, stage: nil)
        case let error as StoreError: explain(error)
        case ConsoleError.failed(let reason): explain(output: reason)
        case is CancellationError: Explanation(.cancelled, "cancelled")
        case let error as Errno where error == .tooManyOpenFiles: tooManyOpenFiles
        default:
            Explanation(
                .error, "unforeseen: \(shown(String(describing: error)))",
                hint: "this is a bug in enclavia: please report it with the command that you ran")
        }
    }

    /// The limit is the user's own setting, or that of a service or a container.
    static let tooManyOpenFiles = Explanation(
        .config, "too many open files: raise the hard limit (ulimit -Hn) to 256 or more")
}
