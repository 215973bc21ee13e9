import EnclaviaBase

/// Where the candidates come from: the history and the engine of the environment.
package struct CompletionSources {
    /// The newest schema that is read; `nil` to try each.
    private let newestSchema: Int?
    private let engine: ([String: String]) -> LocalEngine

    /// The sources of `enclavia-complete`: the history as this version knows it, and an engine that needs no
    /// configuration. Where these cannot answer, `enclavia __complete` can.
    package static var fast: CompletionSources {
        CompletionSources(newestSchema: StoreSchema.version) { LocalEngine(environment: $0) }
    }

    /// The sources of `enclavia __complete`, which nothing is asked after.
    ///
    /// - Parameter socketPath: finds the engine's socket from the environment; `nil` where it has none.
    package static func complete(
        socketPath: @escaping ([String: String]) -> String?
    ) -> CompletionSources {
        CompletionSources(newestSchema: nil) { environment in
            socketPath(environment).map(LocalEngine.socket) ?? .other
        }
    }

    func answers(_ question: CompletionQuestion) throws(CannotComplete) -> [CompletionAnswer] {
        guard let path = CompletionEnvironment.databasePath else { return [] }
        let reader = CompletionReader(path: path, newestSchema: newestSchema)
        return try CompletionTimeout.limited { () throws(CannotComplete) in
            try reader.answers(question)
        }
    }

    func images() throws(CannotComplete) -> [String] {
        switch engine(CompletionEnvironment.ofEngine) {
        case .socket(let path): return EngineImages.names(socketPath: path)
        case .other: return []
        case .configured: throw CannotComplete()
        }
    }
}
