import ArgumentParser
import EnclaviaCore

struct EnclaveCreate: EnclaveCommand {
    static let examples = [
        Example("enclavia enclave create --image myapp:v1", "create a small enclave"),
        Example("enclavia enclave create --image myapp:v1 --name web", "give it a name"),
    ]

    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Create an enclave, which then waits for its image.",
        discussion: examples.help())

    static let exclusive = [["--upgradable", "--no-upgradable"]]

    static let results = [PublishedSchema.enclave]

    @Option(
        help: ArgumentHelp("The image to run: [<owner>/]<repo>:<tag>.", valueName: "image"),
        completion: .value(.destination))
    var image: String

    @Option(help: ArgumentHelp("The size.", valueName: "size"))
    var instanceType: InstanceType = .small

    @Option(
        help: ArgumentHelp("The port that the container listens on.", valueName: "port"),
        completion: .value(.free))
    var containerPort: UInt16?

    @Option(
        help: ArgumentHelp(
            "The storage to attach, in bytes; at least 134217728 (128 MiB).", valueName: "bytes"),
        completion: .value(.free))
    var storageSizeBytes: Int64?

    @Option(help: "A name for the enclave.", completion: .value(.free))
    var name: String?

    @Option(
        help: ArgumentHelp("Who can see the enclave, such as public or private.", valueName: "who"),
        completion: .list(["public", "private"]))
    var visibility: String?

    @Flag(
        inversion: .prefixedNo, exclusivity: .exclusive,
        help: "Whether the enclave can be upgraded to a newer image.")
    var upgradable: Bool?

    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        if let size = storageSizeBytes, size < EnclaveRequest.leastStorageBytes {
            throw UserError(
                .usage,
                "--storage-size-bytes \(size) is less than"
                    + " \(EnclaveRequest.leastStorageBytes) (128 MiB)")
        }
        let destination = try Destination(image)
        let enclave = try await context.adapters.enclaves().create(
            EnclaveRequest(
                image: destination.text, instanceType: instanceType, containerPort: containerPort,
                storageSizeBytes: storageSizeBytes, name: name, visibility: visibility,
                isUpgradable: upgradable))
        await context.remember([enclave])
        try EnclaveRenderer(context).render(created: enclave)
        return .done
    }
}

extension InstanceType: ExpressibleByArgument {}
