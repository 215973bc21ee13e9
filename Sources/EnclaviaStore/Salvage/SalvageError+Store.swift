import EnclaviaCore
import SystemPackage

extension SalvageError {
    init(_ failure: StoreDraft.Failure, _ target: FilePath) {
        self =
            switch failure {
            case .exists(let path): .exists(path: path.string)
            case .reserved: .reserved(path: target.string)
            case .busy: .busy(path: target.string)
            case .unwritable(let error): .target(error)
            }
    }

    /// The error of reading the copy of the damaged store, or of writing the new one: both are beside `target`.
    init(_ error: any Error, _ target: FilePath, _ settings: StoreSettings) {
        self =
            switch error {
            case let error as SalvageError: error
            case let error as Errno: .target(PrivateFileIO.failure(at: target, error))
            default: Self.of(StoreError(error, path: target, settings))
            }
    }

    private static func of(_ error: StoreError) -> SalvageError {
        switch error {
        case .tooNew, .cancelled: .store(error)
        case .inaccessible, .full, .readOnly, .locked, .corrupt, .foreign, .constraint,
            .unexpected, .unsafe:
            .target(error)
        }
    }
}
