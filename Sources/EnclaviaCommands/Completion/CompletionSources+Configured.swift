import EnclaviaCompletion
import EnclaviaCore
import EnclaviaEngine

extension CompletionSources {
    /// The sources of `enclavia __complete`, which reads the configuration of the engine's client where it decides.
    package static var configured: CompletionSources {
        .complete { environment in
            EngineImages.socketPath(environment: environment, home: environment["HOME"])
        }
    }
}
