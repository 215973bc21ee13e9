import EnclaviaCommands
import EnclaviaCore
import Testing

/// How `doctor` judges the login of Docker by the credential helper.
struct DockerLoginCheckTests {
    private typealias Machine = DoctorCheckTests.Machine

    private static let used = CredentialHelperUse(
        configuration: "/d/config.json",
        docker: CredentialHelperEntries(registries: ["r.example"]),
        program: "/bin/docker-credential-enclavia")

    private static func use(
        _ entries: CredentialHelperEntries, containers: Bool = false,
        program: String? = used.program
    ) -> CredentialHelperUse {
        containers
            ? CredentialHelperUse(
                configuration: "/c", containers: [ContainersEntries(path: "/a", entries: entries)],
                program: program)
            : CredentialHelperUse(configuration: "/c", docker: entries, program: program)
    }

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
            Machine(use: use(CredentialHelperEntries(isDefault: true))), "ok",
            "docker logs in to r.example"
        ),
        (
            "the default, and another helper for the registry",
            Machine(
                use: use(CredentialHelperEntries(others: ["r.example"], isDefault: true))),
            "warning",
            "/c names docker-credential-enclavia, and another helper or none for your registry"
        ),
        (
            "named by podman's file",
            Machine(use: use(CredentialHelperEntries(registries: ["r.example"]), containers: true)),
            "ok", "podman and skopeo log in to r.example"
        ),
        (
            "named by podman's file, and not on PATH",
            Machine(
                use: use(
                    CredentialHelperEntries(registries: ["r.example"]), containers: true,
                    program: nil)),
            "warning", "/a names docker-credential-enclavia, which is not on PATH"
        ),
        (
            "not on PATH",
            Machine(use: use(CredentialHelperEntries(registries: ["r.example"]), program: nil)),
            "warning", "/c names docker-credential-enclavia, which is not on PATH"
        ),
        (
            "of another registry",
            Machine(use: use(CredentialHelperEntries(registries: ["old.example"]))),
            "warning",
            "docker-credential-enclavia for old.example, and another helper or none for your"
        ),
        (
            "an answer that is a failure",
            Machine(use: used, reply: .failure(.refused("it hurts"))), "warning",
            "gives no password for r.example: it hurts"
        ),
        (
            "silence", Machine(use: used, reply: .failure(.noAnswer(seconds: 40))), "warning",
            "r.example: it did not answer within 40 s"
        ),
        (
            "a death", Machine(use: used, reply: .failure(.failed(status: 137))), "warning",
            "r.example: it was ended by signal 9"
        ),
        (
            "an exit", Machine(use: used, reply: .failure(.failed(status: 3))), "warning",
            "r.example: it exited with 3"
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
