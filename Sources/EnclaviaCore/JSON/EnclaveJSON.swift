/// The JSON shape of an enclave, as `enclave list`, `create` and `status` show it. Every key is
/// present; `null` stands for what is unknown.
package struct EnclaveJSON: Hashable, Sendable, Encodable {
    package let enclave: Enclave

    package init(_ enclave: Enclave) {
        self.enclave = enclave
    }

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case id, name
        case dockerImage = "docker_image"
        case status
        case instanceType = "instance_type"
        case createdAt = "created_at"
        case archived, visibility, upgradable
        case containerPort = "container_port"
        case storageSizeBytes = "storage_size_bytes"
        case endpoint, pcrs
        case errorMessage = "error_message"
    }

    package func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: CodingKeys.self)
        try object.encode(enclave.id, forKey: .id)
        try object.encode(enclave.name, forKey: .name)
        try object.encode(enclave.dockerImage, forKey: .dockerImage)
        try object.encode(enclave.status, forKey: .status)
        try object.encode(enclave.instanceType, forKey: .instanceType)
        try object.encode(enclave.createdAt, forKey: .createdAt)
        try object.encode(enclave.isArchived, forKey: .archived)
        try object.encode(enclave.visibility, forKey: .visibility)
        try object.encode(enclave.isUpgradable, forKey: .upgradable)
        try object.encode(enclave.containerPort, forKey: .containerPort)
        try object.encode(enclave.storageSizeBytes, forKey: .storageSizeBytes)
        try object.encode(enclave.endpoint, forKey: .endpoint)
        try object.encode(enclave.pcrs, forKey: .pcrs)
        try object.encode(enclave.errorMessage, forKey: .errorMessage)
    }
}

/// The JSON shape of an enclave's logs.
package struct EnclaveLogsJSON: Hashable, Sendable, Encodable {
    package let logs: EnclaveLogs

    package init(_ logs: EnclaveLogs) {
        self.logs = logs
    }

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case buildLog = "build_log"
        case runtimeLog = "runtime_log"
    }

    package func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: CodingKeys.self)
        try object.encode(logs.build, forKey: .buildLog)
        try object.encode(logs.runtime, forKey: .runtimeLog)
    }
}
