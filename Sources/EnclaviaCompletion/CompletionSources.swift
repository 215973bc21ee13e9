import EnclaviaBase

/// Where the candidates come from: the history and the engine of the environment.
package struct CompletionSources {
    /// The history; `nil` where no home directory is known.
    private let reader: CompletionReader?
    private let engine: ([String: String]) -> LocalEngine

    /// - Parameter newestSchema: the newest schema that is read; `nil` to try each.
    private init(newestSchema: Int?, engine: @escaping ([String: String]) -> LocalEngine) {
        reader = CompletionEnvironment.databasePath.map {
            CompletionReader(path: $0, newestSchema: newestSchema)
        }
        self.engine = engine
    }

    /// The sources of `enclavia-complete`: the history as this version knows it, and an engine that needs no
    /// configuration. Where these cannot answer, `enclavia __complete` can.
    package static var fast: CompletionSources {
        CompletionSources(newestSchema: StoreSchema.version) { LocalEngine(environment: $0) }
    }

    /// The sources of `enclavia __complete`, which is asked last: it tries each schema and configuration.
    ///
    /// - Parameter socketPath: finds the engine's socket from the environment; `nil` where it has none.
    package static func complete(
        socketPath: @escaping ([String: String]) -> String?
    ) -> CompletionSources {
        CompletionSources(newestSchema: nil) { environment in
            socketPath(environment).map(LocalEngine.socket) ?? .other
        }
    }

    func answers(_ question: CompletionQuestion) throws(CannotComplete) -> CompletionAnswers {
        guard let reader else { return [] }
        return try CompletionTimeout.limited { () throws(CannotComplete) in
            try reader.answers(question)
        }
    }

    func images() throws(CannotComplete) -> [String] {
        // The configuration may be on a stalled disk, as the history.
        switch CompletionTimeout.limited({ engine(CompletionEnvironment.ofEngine) }) {
        case .socket(let path): return EngineImages.names(socketPath: path)
        case .other: return []
        case .configured: throw CannotComplete()
        }
    }
}
