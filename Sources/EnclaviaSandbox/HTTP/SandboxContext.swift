import Hummingbird
import Synchronization

/// The context of one request while the sandbox handles it.
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

/// Notes about a request, which its handler makes for the log.
final class RequestNote: Sendable {
    private let name = Mutex<String?>(nil)

    /// The fault that changed the response, written `place=fault`.
    var fault: String? { name.withLock { $0 } }

    func set(_ fault: Fault, at place: FaultPlace) {
        name.withLock { $0 = "\(place.rawValue)=\(fault.word)" }
    }
}

/// The connection was closed on purpose: no response follows.
struct HungUp: Error {}
