/// An enclave, as the backend describes it.
package struct Enclave: Hashable, Sendable {
    package let id: String
    package let name: String?
    /// The image it was made for, as the backend spells it.
    package let dockerImage: String?
    /// The backend's word, such as `waiting_for_image`, `building`, `running`, `stopped`, `error`.
    package let status: String
    package let instanceType: String?
    package let createdAt: Timestamp?
    /// Whether it was destroyed, and only its row is kept.
    package let isArchived: Bool
    package let visibility: String?
    package let isUpgradable: Bool?
    package let containerPort: Int?
    package let storageSizeBytes: Int64?
    /// The address at which it can be reached, once it runs.
    package let endpoint: String?
    /// The measurements of its image by register name, in hexadecimal digits, once it is built.
    package let pcrs: [String: String]?
    /// Why its build failed.
    package let errorMessage: String?

    package init(
        id: String, name: String?, dockerImage: String?, status: String, instanceType: String?,
        createdAt: Timestamp?, isArchived: Bool, visibility: String? = nil,
        isUpgradable: Bool? = nil, containerPort: Int? = nil, storageSizeBytes: Int64? = nil,
        endpoint: String? = nil, pcrs: [String: String]? = nil, errorMessage: String? = nil
    ) {
        self.id = id
        self.name = name
        self.dockerImage = dockerImage
        self.status = status
        self.instanceType = instanceType
        self.createdAt = createdAt
        self.isArchived = isArchived
        self.visibility = visibility
        self.isUpgradable = isUpgradable
        self.containerPort = containerPort
        self.storageSizeBytes = storageSizeBytes
        self.endpoint = endpoint
        self.pcrs = pcrs
        self.errorMessage = errorMessage
    }

    /// An enclave that was destroyed, of which only the id is known.
    package static func destroyed(_ id: String) -> Enclave {
        Enclave(
            id: id, name: nil, dockerImage: nil, status: "destroyed", instanceType: nil,
            createdAt: nil, isArchived: true)
    }

    /// Whether the status is terminal, so that polling can end.
    package var isTerminal: Bool {
        switch status {
        case "running", "error", "stopped", "destroyed": true
        default: isArchived
        }
    }
}

/// The sizes that enclaves come in.
package enum InstanceType: String, Hashable, Sendable, CaseIterable {
    case small, medium, large
}

/// The properties of a new enclave.
package struct EnclaveRequest: Hashable, Sendable {
    /// The smallest storage that the backend offers, 128 MiB.
    package static let leastStorageBytes: Int64 = 128 << 20

    /// `<owner>/<repository>:<tag>`, or a full reference.
    package let image: String
    package let instanceType: InstanceType
    /// The port that the container listens on; the backend's own choice where `nil`.
    package let containerPort: UInt16?
    package let storageSizeBytes: Int64?
    package let name: String?
    package let visibility: String?
    package let isUpgradable: Bool?

    package init(
        image: String, instanceType: InstanceType, containerPort: UInt16? = nil,
        storageSizeBytes: Int64? = nil, name: String? = nil, visibility: String? = nil,
        isUpgradable: Bool? = nil
    ) {
        self.image = image
        self.instanceType = instanceType
        self.containerPort = containerPort
        self.storageSizeBytes = storageSizeBytes
        self.name = name
        self.visibility = visibility
        self.isUpgradable = isUpgradable
    }
}

/// The output of an enclave's build and of its container; `nil` where there is none yet.
package struct EnclaveLogs: Hashable, Sendable {
    package let build: String?
    package let runtime: String?

    package init(build: String?, runtime: String?) {
        self.build = build
        self.runtime = runtime
    }
}
