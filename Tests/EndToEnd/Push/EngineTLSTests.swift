import Foundation
import TestSupport
import Testing

/// An engine that is reached over TLS, as "Protect the Docker daemon socket" sets it up.
struct EngineTLSTests {
    /// A TLS proxy in front of the engine's socket, which requires a client certificate.
    private static let front = """
        import socket, ssl, sys, threading
        directory, target = sys.argv[1:]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(directory + "/server.pem", directory + "/server-key.pem")
        context.load_verify_locations(directory + "/ca.pem")
        context.verify_mode = ssl.CERT_REQUIRED
        def copy(source, sink):
            try:
                while data := source.recv(65536): sink.sendall(data)
            except OSError: pass
            try: sink.shutdown(socket.SHUT_WR)
            except OSError: pass
        def serve(raw):
            try: client = context.wrap_socket(raw, server_side=True)
            except OSError: return
            engine = socket.socket(socket.AF_UNIX)
            engine.connect(target)
            threading.Thread(target=copy, args=(client, engine), daemon=True).start()
            copy(engine, client)
        listener = socket.create_server(("127.0.0.1", 0))
        print(listener.getsockname()[1], flush=True)
        while True: threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
        """

    private static let certificates = """
        request() { openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes "$@"; }
        sign() { openssl x509 -req -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 2 "$@"; }
        request -x509 -keyout ca-key.pem -out ca.pem -subj /CN=ca -days 2
        request -keyout key.pem -out cert.csr -subj /CN=client
        echo extendedKeyUsage=clientAuth >client.cnf
        sign -in cert.csr -out cert.pem -extfile client.cnf
        request -keyout server-key.pem -out server.csr -subj /CN=server
        echo subjectAltName=IP:127.0.0.1 >server.cnf
        sign -in server.csr -out server.pem -extfile server.cnf
        """

    @Test(
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")),
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")))
    func `a push and doctor find the default certificates and do not copy them`() async throws {
        let sandbox = try await Sandbox.start()
        try await sandbox.image("tls:v1", seed: 1602)
        let home = try Folder()
        let directory = "\(home.path)/.docker"
        try home.write(Self.front, to: "front.py")
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: false)
        let made = try await Run.program("bash", ["-ec", Self.certificates], directory: directory)
        try #require(made.status == 0, "\(made.err)")
        let socket = try #require(sandbox.environment["DOCKER_HOST"]).dropFirst("unix://".count)

        let front = Process()
        front.executableURL = URL(filePath: "/usr/bin/python3")
        front.arguments = ["\(home.path)/front.py", directory, String(socket)]
        let output = Pipe()
        front.standardOutput = output
        front.standardError = FileHandle.nullDevice
        try front.run()
        // It inherits the signal mask of this process, which blocks most signals.
        defer { kill(front.processIdentifier, SIGKILL) }
        let port = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
            .trimmingCharacters(in: .newlines)
        var environment = [
            "HOME": home.path, "DOCKER_CONFIG": "", "DOCKER_HOST": "tcp://127.0.0.1:\(port)",
            "DOCKER_TLS_VERIFY": "1",
        ]

        let push = try await sandbox.enclavia("push", "tls:v1", "tls:v1", environment: environment)
        #expect(push.status == 0, "\(push.err)")
        let doctor = try await sandbox.enclavia("doctor", "--all", environment: environment)
        #expect(doctor.out.contains("responds at tcp://127.0.0.1:\(port)"), "\(doctor.out)")
        let keys = try await Run.program(
            "find", [sandbox.root, "-name", "key.pem"])
        #expect(keys.out == "")

        // A directory other than the default one must be set by the user.
        environment["DOCKER_CERT_PATH"] = home.path
        let other = try await sandbox.enclavia("push", "tls:v1", "tls:v2", environment: environment)
        #expect(other.status == 69, "\(other.err)")
    }
}
