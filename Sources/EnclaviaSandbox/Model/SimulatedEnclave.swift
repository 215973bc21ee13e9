import EnclaviaCore
import Foundation

/// An enclave in the backend.
struct SimulatedEnclave: Sendable {
    enum Status: String, Codable, Sendable {
        case waitingForImage = "waiting_for_image"
        case building
        case running
        case stopped
        case error
        case destroyed
    }

    /// The content of a `POST /enclaves`.
    struct Order: Sendable {
        var image: String
        var instanceType: String
        var containerPort: Int64?
        var storageSizeBytes: Int64?
        var name: String?
        var visibility: String?
        var upgradable: Bool
    }

    let id: String
    let order: Order
    let createdAt: Date
    var status: Status
    /// When a running build ends.
    var buildEnds: Date?
    /// Why the current build will fail, or the last one has failed; nil for a success.
    var failure: String?
    /// The digest of the image that is built or runs.
    var digest: String?
    /// The id of an upgrade that waits for a restart.
    var stagedUpgrade: String?
    var buildLog: [String] = []
    var runtimeLog: [String] = []

    var archived: Bool { status == .destroyed }
    var name: String { order.name ?? "enclave-" + id.prefix(8) }
}

extension SimulatedEnclave {
    /// The element of `GET /enclaves`, with every key.
    var row: JSONValue {
        let running = status == .running
        return .object([
            "id": .string(id),
            "name": .string(name),
            "docker_image": .string(order.image),
            "status": .string(status.rawValue),
            "instance_type": .string(order.instanceType),
            "container_port": order.containerPort.map(JSONValue.integer) ?? .null,
            "storage_size_bytes": order.storageSizeBytes.map(JSONValue.integer) ?? .null,
            "visibility": .string(order.visibility ?? "private"),
            "upgradable": .bool(order.upgradable),
            "created_at": .string(Timestamp(createdAt).description),
            "archived": .bool(archived),
            "pcrs": running ? measurements : .null,
            "endpoint": running ? .string("https://\(id).enclaves.sandbox.invalid") : .null,
            "error_message": status == .error ? failure.map(JSONValue.string) ?? .null : .null,
        ])
    }

    /// Platform configuration registers that depend on the image, as a real attestation's do.
    private var measurements: JSONValue {
        var members: [String: JSONValue] = [:]
        for register in 0...2 {
            let seed = "\(register) \(digest ?? order.image)"
            let text = Digest(of: seed.utf8).hex + Digest(of: (seed + "+").utf8).hex.prefix(32)
            members["pcr\(register)"] = .string(text)
        }
        return .object(members)
    }
}
