import NIOSSL
import TestSupport
import Testing

/// Certificates of a test authority, `Corp CA`, created once for all tests.
struct Certificates: Sendable {
    private static let made = Task { try await Certificates() }

    let folder: Folder

    static func shared() async throws -> Certificates { try await made.value }

    private init() async throws {
        folder = try Folder()
        let script = """
            set -e
            exec 2>&1
            printf '%s\\n' '[ca]' 'default_ca=d' '[d]' 'new_certs_dir=.' 'database=index.txt' \
              'serial=serial' 'default_md=sha256' 'policy=p' 'unique_subject=no' '[p]' \
              'commonName=supplied' > ca.cnf
            : > index.txt
            echo 01 > serial
            openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 \
              -subj '/CN=Corp CA'
            openssl req -x509 -newkey rsa:2048 -nodes -keyout self.key -out self.pem -days 2 \
              -subj /CN=localhost -addext subjectAltName=DNS:localhost
            openssl req -newkey rsa:2048 -nodes -keyout key.key -out localhost.csr -subj /CN=localhost
            openssl req -new -key key.key -out other.csr -subj /CN=other.example
            sign() {
              echo "subjectAltName=DNS:$2" > extensions
              openssl ca -batch -notext -config ca.cnf -keyfile ca.key -cert ca.pem -in $2.csr \
                -out $1.pem -startdate $3 -enddate $4 -extfile extensions
            }
            cp other.csr other.example.csr
            sign good localhost 20200101000000Z 20991231000000Z
            sign old localhost 20200101000000Z 20210101000000Z
            sign future localhost 20900101000000Z 20991231000000Z
            sign other other.example 20200101000000Z 20991231000000Z
            openssl x509 -in ca.pem -outform der -out ca.der
            """
        let run = try await Run.shell(script, directory: folder.path)
        try #require(run.status == 0, "\(run.out)")
    }

    func path(_ name: String) -> String { "\(folder.path)/\(name)" }

    /// The TLS context of a server with that certificate.
    func server(
        _ name: String, wantsClientCertificate: Bool = false, _ versions: TLSVersion? = nil
    ) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(path("\(name).pem"))
                .map { .certificate($0) },
            privateKey: .privateKey(
                try NIOSSLPrivateKey(
                    file: path(name == "self" ? "self.key" : "key.key"), format: .pem)))
        configuration.maximumTLSVersion = versions
        if wantsClientCertificate {
            configuration.certificateVerification = .noHostnameVerification
            configuration.trustRoots = .file(path("ca.pem"))
        }
        return try NIOSSLContext(configuration: configuration)
    }
}
