import EnclaviaCommands
import EnclaviaCore
import Testing

/// How `doctor` judges the login of Docker by the credential helper.
struct DockerLoginCheckTests {
    private typealias Machine = DoctorCheckTests.Machine

    private static let used = CredentialHelperUse(
        configuration: "/d/config.json", registries: ["r.example"],
        program: "/bin/docker-credential-enclavia")

    private static let cases: [(name: String, machine: Machine, level: String?, part: String)] = [
        ("unused", Machine(), nil, ""),
        (
            "unused, and on PATH",
            Machine(use: CredentialHelperUse(configuration: "/c", program: used.program)), nil, ""
        ),
        (
            "used", Machine(use: used), "ok",
            "docker logs in to r.example with /bin/docker-credential"
        ),
        (
            "the default",
            Machine(
                use: CredentialHelperUse(
                    configuration: "/c", isDefault: true, program: used.program)), "ok", "r.example"
        ),
        (
            "not on PATH",
            Machine(use: CredentialHelperUse(configuration: "/c", registries: ["r.example"])),
            "warning", "/c names docker-credential-enclavia, which is not on PATH"
        ),
        (
            "of another registry",
            Machine(
                use: CredentialHelperUse(
                    configuration: "/c", registries: ["old.example"], program: used.program)),
            "warning", "for old.example, and your registry is r.example"
        ),
        (
            "an answer that is a failure",
            Machine(use: used, reply: .refused(reason: "it hurts")), "warning",
            "gives no password for r.example: it hurts"
        ),
        ("another user", Machine(use: used, reply: .login(user: "bob")), "warning", "as bob"),
        (
            "a refused token",
            Machine(use: used, access: .failure(.unauthorized(reason: .rejected))), "warning",
            "cannot log in: unauthorized"
        ),
        (
            "no short-lived password",
            Machine(
                use: used,
                access: .success(
                    RegistryAccess(
                        registry: "r.example", handle: "alice", password: Secret("s"),
                        isShortLived: false))), "warning", "your access token"
        ),
        ("nobody logged in", Machine(account_: .success(nil), use: used), nil, ""),
        (
            "a backend that is away",
            Machine(
                offset: .failure(.unavailable(url: "https://api", reason: "silent")), use: used),
            nil, ""
        ),
    ]

    @Test(arguments: cases.map(\.name))
    func `the login of Docker is judged where its configuration names the helper`(
        _ name: String
    ) async throws {
        let wanted = try #require(Self.cases.first { $0.name == name })
        let found = try await DoctorCheckTests().findings(wanted.machine).filter {
            $0.check == "docker_login"
        }
        #expect(found.map(\.level) == [wanted.level].compactMap { $0 })
        #expect(found.allSatisfy { $0.message.contains(wanted.part) }, "\(found)")
    }
}
