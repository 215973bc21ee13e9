import EnclaviaCore
import EnclaviaService
import TestSupport
import Testing

/// `SSL_CERT_FILE` and `SSL_CERT_DIR`.
struct TrustedAuthoritiesTests {
    /// No authorities of the system's own.
    private static let none = SystemAuthorities(files: [], directories: [])

    /// The error of a call to a server whose certificate is signed by `Corp CA`; `nil` if it succeeds.
    private func error(_ settings: NetworkSettings) async throws -> BackendError? {
        let tls = try await Certificates.shared().server("good")
        return try await withStub(tls: tls, { _ in .response(204) }) { stub in
            let fixture = try Fixture()
            let transport = Transport(settings)
            let backend = EnclaviaBackend(
                settings: fixture.settings(backend: "https://localhost:\(stub.port)", token: "t"),
                transport: transport, system: fixture.system)
            let error = await errorOf { () async throws(BackendError) in
                try await backend.stop("e1")
            }
            await transport.shutdown()
            return error
        }
    }

    private func settings(
        file: String? = nil, directories: String? = nil, system: SystemAuthorities = none
    ) -> NetworkSettings {
        NetworkSettings(
            userAgent: "x", certificateFile: file, certificateDirectories: directories,
            systemAuthorities: system)
    }

    /// A folder with the authority under the name `ca.txt`, and other things that are not certificates.
    private func folder() async throws -> Folder {
        let folder = try Folder()
        let ca = try await Certificates.shared().path("ca.pem")
        let run = try await Run.shell(
            """
            cp '\(ca)' ca.txt && ln -s ca.txt 0123abcd.0 && mkdir sub && echo text > notes
            mkfifo pipe && head -c 100000 /dev/zero > zeros && ln -s nowhere broken
            """, directory: folder.path)
        try #require(run.status == 0, "\(run.err)")
        return folder
    }

    @Test func `every file of the directories is read, whatever its name`() async throws {
        let folder = try await folder()
        #expect(try await error(settings(directories: "/nowhere::\(folder.path)")) == nil)
        #expect(try await error(settings(directories: "/nowhere")) != nil)
    }

    @Test func `file and directories are both used, and the system's if one is not set`()
        async throws
    {
        let folder = try await folder()
        let other = try await Certificates.shared().path("self.pem")
        let ca = try await Certificates.shared().path("ca.pem")
        #expect(try await error(settings(file: other, directories: folder.path)) == nil)
        #expect(try await error(settings(file: other)) != nil)
        let inFile = SystemAuthorities(files: ["/nowhere", ca], directories: [])
        #expect(try await error(settings(directories: "/nowhere", system: inFile)) == nil)
        #expect(try await error(settings(file: other, system: inFile)) != nil)
        let inDirectory = SystemAuthorities(files: [], directories: [folder.path])
        #expect(try await error(settings(file: other, system: inDirectory)) == nil)
        #expect(try await error(settings(directories: "/nowhere", system: inDirectory)) != nil)
    }

    @Test func `unreadable certificates of a bundle are skipped`() async throws {
        let folder = try Folder()
        let certificates = try await Certificates.shared()
        let run = try await Run.shell(
            """
            { printf '\\xef\\xbb\\xbfsome words\\r\\n'; cat '\(certificates.path("self.pem"))'
              printf -- '-----BEGIN CERTIFICATE-----\\nbm9uZQ==\\n-----END CERTIFICATE-----\\n'
              sed 's/$/\\r/' '\(certificates.path("ca.pem"))'; } > bundle.pem
            """, directory: folder.path)
        try #require(run.status == 0, "\(run.err)")
        #expect(try await error(settings(file: "\(folder.path)/bundle.pem")) == nil)
    }

    @Test(arguments: [
        ("ca.der", "is DER, not PEM: `openssl x509 -inform DER` converts it"),
        ("key.key", "contains no readable PEM certificate"),
        ("serial", "contains no readable PEM certificate"),
        ("nothing", "cannot be read: no such file or directory"),
        ("", "cannot be read: is a directory"),
    ])
    func `a file without a certificate is a configuration error`(
        _ name: String, _ reason: String
    ) async throws {
        let path = try await Certificates.shared().path(name)
        #expect(
            try await error(settings(file: path))
                == .configuration(subject: "SSL_CERT_FILE", reason: "\(path) \(reason)"))
    }

    @Test func `an empty variable counts as unset`() {
        let settings = NetworkSettings(
            userAgent: "x", variables: ["SSL_CERT_FILE": "", "SSL_CERT_DIR": ""])
        #expect(settings.certificateFile == nil && settings.certificateDirectories == nil)
        let given = NetworkSettings(userAgent: "x", variables: ["SSL_CERT_DIR": "/a:/b"])
        #expect(given.certificateDirectories == "/a:/b")
    }
}
