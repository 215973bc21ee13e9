import EnclaviaCore

/// What `POST /enclaves` is sent; keys without a value are left to the backend.
struct EnclaveRequestJSON: Encodable {
    let request: EnclaveRequest

    init(_ request: EnclaveRequest) {
        self.request = request
    }

    private enum CodingKeys: String, CodingKey {
        case image
        case instanceType = "instance_type"
        case containerPort = "container_port"
        case storageSizeBytes = "storage_size_bytes"
        case name, visibility, upgradable
    }

    func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: CodingKeys.self)
        try object.encode(request.image, forKey: .image)
        try object.encode(request.instanceType.rawValue, forKey: .instanceType)
        try object.encodeIfPresent(request.containerPort, forKey: .containerPort)
        try object.encodeIfPresent(request.storageSizeBytes, forKey: .storageSizeBytes)
        try object.encodeIfPresent(request.name, forKey: .name)
        try object.encodeIfPresent(request.visibility, forKey: .visibility)
        try object.encodeIfPresent(request.isUpgradable, forKey: .upgradable)
    }
}

/// A row of the backend's. Only its id and status are needed; the rest is shown where it is there.
package struct EnclaveAnswer: Decodable {
    package let enclave: Enclave

    package init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: EnclaveJSON.CodingKeys.self)
        func text(_ key: EnclaveJSON.CodingKeys) throws -> String? {
            try object.decodeIfPresent(String.self, forKey: key)
        }
        enclave = Enclave(
            id: try object.decode(String.self, forKey: .id), name: try text(.name),
            dockerImage: try text(.dockerImage),
            status: try object.decode(String.self, forKey: .status),
            instanceType: try text(.instanceType),
            createdAt: try object.decodeIfPresent(Timestamp.self, forKey: .createdAt),
            isArchived: try object.decodeIfPresent(Bool.self, forKey: .archived) ?? false,
            visibility: try text(.visibility),
            isUpgradable: try object.decodeIfPresent(Bool.self, forKey: .upgradable),
            containerPort: try object.decodeIfPresent(Int.self, forKey: .containerPort),
            storageSizeBytes: try object.decodeIfPresent(Int64.self, forKey: .storageSizeBytes),
            endpoint: try text(.endpoint),
            pcrs: try object.decodeIfPresent([String: String].self, forKey: .pcrs),
            errorMessage: try text(.errorMessage))
    }
}

package struct EnclaveLogsAnswer: Decodable {
    package let logs: EnclaveLogs

    package init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: EnclaveLogsJSON.CodingKeys.self)
        logs = EnclaveLogs(
            build: try object.decodeIfPresent(String.self, forKey: .buildLog),
            runtime: try object.decodeIfPresent(String.self, forKey: .runtimeLog))
    }
}
