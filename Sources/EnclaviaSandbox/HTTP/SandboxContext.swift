import Hummingbird
import Synchronization

/// What the sandbox knows of one request while it answers it.
struct SandboxContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Notes for the request log.
    let note: RequestNote
    /// Closes the connection at once.
    let hangUp: @Sendable () -> Void

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        note = RequestNote()
        let channel = source.channel
        hangUp = { channel.close(promise: nil) }
    }
}

/// What is worth logging about a request and is known only inside.
final class RequestNote: Sendable {
    private let name = Mutex<String?>(nil)

    /// The fault that shaped the answer, written as it is ordered.
    var fault: String? { name.withLock { $0 } }

    func set(_ fault: Fault, at place: FaultPlace) {
        name.withLock { $0 = "\(place.rawValue)=\(fault.word)" }
    }
}

/// The connection was closed on purpose: no answer follows.
struct HungUp: Error {}
