import Foundation
import Synchronization

/// The enclaves of the account and their states. Each access completes the builds whose time is over,
/// so that no timer is needed.
final class EnclaveFleet: Sendable {
    /// Why a request about an enclave is refused.
    enum Refusal: Error {
        case unknown
        case conflict(action: String, status: SimulatedEnclave.Status)
    }

    /// The effects of a push notification.
    struct Outcome: Sendable {
        var matched = 0
        var triggered: [String] = []
        var staged: [(enclave: String, upgrade: String)] = []
        var rejected: [String] = []
    }

    let owner: String
    let buildTime: Duration
    private let enclaves = Mutex<[SimulatedEnclave]>([])

    init(owner: String, buildTime: Duration) {
        self.owner = owner
        self.buildTime = buildTime
    }

    func add(
        _ order: SimulatedEnclave.Order, id: String? = nil,
        status: SimulatedEnclave.Status = .waitingForImage
    ) -> SimulatedEnclave {
        let enclave = SimulatedEnclave(
            id: id ?? UUID().uuidString.lowercased(), order: order, createdAt: Date(),
            status: status)
        enclaves.withLock { $0.append(enclave) }
        return enclave
    }

    func list(archivedToo: Bool) -> [SimulatedEnclave] {
        withCurrent { $0.filter { archivedToo || !$0.archived } }
    }

    func find(_ id: String) throws(Refusal) -> SimulatedEnclave {
        guard let enclave = withCurrent({ $0.first { $0.id == id } }) else { throw .unknown }
        return enclave
    }

    /// Handles a push of `image`. Of the enclaves with this image, or of the one with `enclaveID`, it builds
    /// those that are not running, stages an upgrade of those that are upgradable, and rejects the others.
    func pushed(image: String, digest: String?, enclaveID: String?, failure: String?) -> Outcome {
        let wanted = ImageName(image, owner: owner)
        return withCurrent { enclaves in
            var outcome = Outcome()
            for index in enclaves.indices where !enclaves[index].archived {
                let matches =
                    enclaveID.map { $0 == enclaves[index].id }
                    ?? (ImageName(enclaves[index].order.image, owner: owner) == wanted)
                guard matches else { continue }
                outcome.matched += 1
                let id = enclaves[index].id
                if enclaves[index].status != .running {
                    build(&enclaves[index], digest: digest, failure: failure)
                    outcome.triggered.append(id)
                } else if enclaves[index].order.upgradable {
                    let upgrade = UUID().uuidString.lowercased()
                    enclaves[index].stagedUpgrade = upgrade
                    enclaves[index].digest = digest
                    outcome.staged.append((id, upgrade))
                } else {
                    outcome.rejected.append(id)
                }
            }
            return outcome
        }
    }

    func stop(_ id: String) throws(Refusal) {
        try change(id, "stop", from: [.running, .building]) { $0.status = .stopped }
    }

    func start(_ id: String) throws(Refusal) {
        try change(id, "start", from: [.stopped]) { $0.status = .running }
    }

    func restart(_ id: String) throws(Refusal) {
        try change(id, "restart", from: [.running, .stopped, .error]) { enclave in
            enclave.stagedUpgrade = nil
            build(&enclave, digest: enclave.digest, failure: nil)
        }
    }

    func destroy(_ id: String) throws(Refusal) {
        guard try !find(id).archived else { throw .unknown }
        try change(id, "destroy", from: nil) { $0.status = .destroyed }
    }

    private func change(
        _ id: String, _ action: String, from allowed: Set<SimulatedEnclave.Status>?,
        _ body: (inout SimulatedEnclave) -> Void
    ) throws(Refusal) {
        let refusal: Refusal? = withCurrent { enclaves in
            guard let index = enclaves.firstIndex(where: { $0.id == id }) else { return .unknown }
            if let allowed, !allowed.contains(enclaves[index].status) {
                return .conflict(action: action, status: enclaves[index].status)
            }
            body(&enclaves[index])
            return nil
        }
        if let refusal { throw refusal }
    }

    private func build(_ enclave: inout SimulatedEnclave, digest: String?, failure: String?) {
        enclave.status = .building
        enclave.buildEnds = Date(timeIntervalSinceNow: buildTime / .seconds(1))
        enclave.failure = failure
        enclave.digest = digest ?? enclave.digest
        enclave.buildLog.append("building \(enclave.order.image)@\(digest ?? "unknown")")
    }

    /// Runs `body` on the enclaves, after it has completed the builds whose time is over.
    private func withCurrent<R>(_ body: (inout [SimulatedEnclave]) -> R) -> R where R: Sendable {
        enclaves.withLock { enclaves in
            for index in enclaves.indices { Self.moveOn(&enclaves[index], now: Date()) }
            return body(&enclaves)
        }
    }

    private static func moveOn(_ enclave: inout SimulatedEnclave, now: Date) {
        guard enclave.status == .building, let end = enclave.buildEnds, end <= now else { return }
        enclave.buildEnds = nil
        if let failure = enclave.failure {
            enclave.status = .error
            enclave.buildLog.append("error: \(failure)")
        } else {
            enclave.status = .running
            enclave.buildLog.append("built")
            enclave.runtimeLog.append("started \(enclave.order.image)")
        }
    }
}

/// An image reference, `[registry/][owner/]repository[:tag]`, without its registry. The default owner is
/// the account, the default tag `latest`.
private struct ImageName: Equatable, Sendable {
    let owner: String
    let repository: String
    let tag: String

    init(_ text: String, owner defaultOwner: String) {
        var parts = text.split(separator: "/", omittingEmptySubsequences: false)
        // The first part is a registry when it looks like a host (the rule of docker's
        // reference grammar): it has a dot, a colon, or is "localhost". A handle may have a dot.
        if parts.count > 1, let first = parts.first, first != defaultOwner,
            first.contains(".") || first.contains(":") || first == "localhost"
        {
            parts.removeFirst()
        }
        let last = parts.popLast() ?? ""
        let pieces = last.split(separator: ":", maxSplits: 1)
        repository = String(pieces.first ?? "")
        tag = pieces.count > 1 ? String(pieces[1]) : "latest"
        owner = parts.isEmpty ? defaultOwner : parts.joined(separator: "/")
    }
}
