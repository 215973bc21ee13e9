import EnclaviaCore

/// The body of `POST /enclaves`. It omits keys without a value, for which the backend has defaults.
struct EnclaveRequestJSON: Encodable {
    private let image: String
    private let instanceType: String
    private let containerPort: UInt16?
    private let storageSizeBytes: Int64?
    private let name: String?
    private let visibility: String?
    private let isUpgradable: Bool?

    private enum CodingKeys: String, CodingKey {
        case image
        case instanceType = "instance_type"
        case containerPort = "container_port"
        case storageSizeBytes = "storage_size_bytes"
        case name, visibility
        case isUpgradable = "upgradable"
    }

    init(_ request: EnclaveRequest) {
        image = request.image
        instanceType = request.instanceType.rawValue
        containerPort = request.containerPort
        storageSizeBytes = request.storageSizeBytes
        name = request.name
        visibility = request.visibility
        isUpgradable = request.isUpgradable
    }
}
