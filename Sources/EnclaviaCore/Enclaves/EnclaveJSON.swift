/// The JSON shape of an enclave, as the backend sends it and as `enclave list`, `create` and `status` show it. A
/// response needs only the id and the status; every key is shown, `null` for what is unknown.
package struct EnclaveJSON: Hashable, Sendable, Codable, JSONDescribed {
    private let id: String
    @Nullable private var name: String?
    @Nullable private var dockerImage: String?
    private let status: String
    @Nullable private var instanceType: String?
    @Nullable private var createdAt: Timestamp?
    @Nullable private var isArchived: Bool?
    @Nullable private var visibility: String?
    @Nullable private var isUpgradable: Bool?
    @Nullable private var containerPort: Int?
    @Nullable private var storageSizeBytes: Int64?
    @Nullable private var endpoint: String?
    @Nullable private var pcrs: [String: String]?
    @Nullable private var errorMessage: String?

    private enum CodingKeys: String, CodingKey {
        case id, name
        case dockerImage = "docker_image"
        case status
        case instanceType = "instance_type"
        case createdAt = "created_at"
        case isArchived = "archived"
        case visibility
        case isUpgradable = "upgradable"
        case containerPort = "container_port"
        case storageSizeBytes = "storage_size_bytes"
        case endpoint, pcrs
        case errorMessage = "error_message"
    }

    package static let jsonSchema = JSONSchema.object([
        Key("id", .text), Key("name", .nullable(.text)), Key("docker_image", .nullable(.text)),
        Key("status", .text, "As the backend reports it."), Key("instance_type", .nullable(.text)),
        Key("created_at", .nullable(.time)), Key("archived", .boolean),
        Key("visibility", .nullable(.text)), Key("upgradable", .nullable(.boolean)),
        Key("container_port", .nullable(.count)), Key("storage_size_bytes", .nullable(.count)),
        Key("endpoint", .nullable(.text)), Key("pcrs", .nullable(.map(to: .text))),
        Key("error_message", .nullable(.text)),
    ])

    package init(_ enclave: Enclave) {
        id = enclave.id
        name = enclave.name
        dockerImage = enclave.dockerImage
        status = enclave.status
        instanceType = enclave.instanceType
        createdAt = enclave.createdAt
        isArchived = enclave.isArchived
        visibility = enclave.visibility
        isUpgradable = enclave.isUpgradable
        containerPort = enclave.containerPort
        storageSizeBytes = enclave.storageSizeBytes
        endpoint = enclave.endpoint
        pcrs = enclave.pcrs
        errorMessage = enclave.errorMessage
    }

    package var enclave: Enclave {
        Enclave(
            id: id, name: name, dockerImage: dockerImage, status: status,
            instanceType: instanceType, createdAt: createdAt, isArchived: isArchived ?? false,
            visibility: visibility, isUpgradable: isUpgradable, containerPort: containerPort,
            storageSizeBytes: storageSizeBytes, endpoint: endpoint, pcrs: pcrs,
            errorMessage: errorMessage)
    }
}

/// The JSON shape of an enclave's logs, as the backend sends it and as `enclave logs` shows it.
package struct EnclaveLogsJSON: Hashable, Sendable, Codable, JSONDescribed {
    @Nullable private var build: String?
    @Nullable private var runtime: String?

    private enum CodingKeys: String, CodingKey {
        case build = "build_log"
        case runtime = "runtime_log"
    }

    package static let jsonSchema = JSONSchema.object([
        Key("build_log", .nullable(.text)), Key("runtime_log", .nullable(.text)),
    ])

    package init(_ logs: EnclaveLogs) {
        build = logs.build
        runtime = logs.runtime
    }

    package var logs: EnclaveLogs { EnclaveLogs(build: build, runtime: runtime) }
}
