/// Reads and checks the body of `POST /enclaves`.
enum EnclaveOrderReader {
    struct Problem: Error {
        let text: String
    }

    /// The smallest storage an enclave can have: 128 MiB.
    private static let leastStorage: Int64 = 128 << 20
    private static let sizes: Set = ["small", "medium", "large"]

    static func read(_ body: JSONValue) -> Result<Enclave.Order, Problem> {
        guard let image = body[key: "image"]?.text, !image.isEmpty else {
            return .failure(Problem(text: "\"image\" is required"))
        }
        let size = body[key: "instance_type"]?.text ?? "small"
        guard sizes.contains(size) else {
            return .failure(Problem(text: "instance_type is small, medium or large"))
        }
        let storage = body[key: "storage_size_bytes"]?.integer
        if let storage, storage < leastStorage {
            return .failure(Problem(text: "storage_size_bytes is at least \(leastStorage)"))
        }
        return .success(
            Enclave.Order(
                image: image, instanceType: size,
                containerPort: body[key: "container_port"]?.integer, storageSizeBytes: storage,
                name: body[key: "name"]?.text, visibility: body[key: "visibility"]?.text,
                upgradable: body[key: "upgradable"]?.bool ?? false))
    }
}
