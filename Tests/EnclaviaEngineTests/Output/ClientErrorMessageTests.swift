import EnclaviaCore
import EnclaviaEngine
import Testing

/// What clients print about their engines, copied from real ones.
struct ClientErrorMessageTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let problem: EngineProblem
        let output: String

        init(_ name: String, _ problem: EngineProblem, _ output: String) {
            testDescription = name
            self.problem = problem
            self.output = output
        }
    }

    private static let socket = "http://%2Frun%2Fdocker.sock"

    static let docker = [
        Sample(
            "an old client", .apiVersion,
            "Error response from daemon: client version 1.41 is too old. Minimum supported API"
                + " version is 1.44, please upgrade your client to a newer version"),
        Sample(
            "a new client", .apiVersion,
            "Error response from daemon: client version 1.51 is too new. Maximum supported API"
                + " version is 1.47"),
        Sample(
            "a new client, 1.12", .apiVersion,
            "Error response from daemon: client is newer than server (client API version: 1.24,"
                + " server API version: 1.19)"),
        Sample(
            "no engine", .noResponse,
            "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker"
                + " daemon running?"),
        Sample(
            "no engine, 29", .noResponse,
            "failed to connect to the docker API at unix:///run/docker.sock; check if the path is"
                + " correct and if the daemon is running: dial unix /run/docker.sock: connect: no"
                + " such file or directory"),
        Sample(
            "a broken connection", .noResponse,
            #"error during connect: Post "\#(socket)/auth": EOF"#),
        Sample(
            "no such host", .noResponse,
            #"error during connect: Get "http://a:2375/v1.24/version": dial tcp: lookup a: no such host"#
        ),
        Sample(
            "no permission, 20.10", .noResponse,
            "Got permission denied while trying to connect to the Docker daemon socket at"
                + #" unix:///var/run/docker.sock: Post "\#(socket)/v1.24/auth": dial unix"#
                + " /var/run/docker.sock: connect: permission denied"),
        Sample(
            "no permission, 29", .noResponse,
            "permission denied while trying to connect to the docker API at"
                + " unix:///var/run/docker.sock"),
        Sample(
            "an unknown authority", .tls,
            #"error during connect: Post "https://10.0.0.1:2376/v1.50/auth": tls: failed to verify"#
                + " certificate: x509: certificate signed by unknown authority"),
        Sample(
            "a refused client certificate", .tls,
            #"error during connect: Post "https://10.0.0.1:2376/v1.24/auth": remote error: tls:"#
                + " unknown certificate authority"),
        Sample(
            "an engine without TLS", .tls,
            #"error during connect: Get "https://10.0.0.1:2376/v1.50/version": http: server gave"#
                + " HTTP response to HTTPS client"),
        Sample(
            "an engine with TLS", .tls,
            "Error response from daemon: Client sent an HTTP request to an HTTPS server."),
        Sample(
            "client authentication", .tls,
            "The server probably has client authentication (--tlsverify) enabled. Please check your"
                + " TLS client certification settings: Get https://10.0.0.1:2376/: bad certificate"),
        Sample(
            "no certificates, 20.10", .tls,
            "unable to resolve docker endpoint: open /home/a/.docker/ca.pem: no such file or directory"
        ),
        Sample(
            "no context, 20.10", .address,
            #"unable to resolve docker endpoint: context "away" does not exist"#),
        Sample(
            "no context, 28", .address,
            #"Failed to initialize: unable to resolve docker endpoint: context "away": context not"#
                + " found: open /home/a/.docker/contexts/meta/20/meta.json: no such file or directory"
        ),
        Sample(
            "an unknown scheme", .address,
            "unable to resolve docker endpoint: Invalid bind address format: foo://x"),
        Sample("no host", .address, "Failed to initialize: unable to parse docker host `fd://`"),
        Sample(
            "a proxy's page", .notAnEngine,
            "Error reading JSON: invalid character '<' looking for beginning of value"),
        Sample(
            "a proxy's answer, 28", .notAnEngine,
            "Error response from daemon: API returned a 503 (Service Unavailable) but provided no"
                + " error-message"),
        Sample("a proxy's answer, 20.10", .notAnEngine, "Error response from daemon: \n"),
        Sample(
            "no answer to the route", .notAnEngine,
            "request returned Internal Server Error for API route and version"
                + " \(socket)/v1.24/auth, check if the server supports the requested API version"),
        Sample(
            "Docker Desktop", .noResponse,
            "Error response from daemon: Docker Desktop is manually paused. Unpause it through the"
                + " Whale menu or Dashboard."),
    ]

    static let others = [
        Sample(
            "podman 4", .noResponse,
            "Cannot connect to Podman. Please verify your connection to the Linux system using"
                + " `podman system connection list`\nError: unable to connect to Podman socket: Get"
                + #" "http://d/v4.3.1/libpod/_ping": dial unix /run/p.sock: connect: no such file"#),
        Sample(
            "podman 5", .noResponse,
            "Error: unable to connect to Podman socket: failed to connect: dial tcp 127.0.0.1:1:"
                + " connect: connection refused"),
        Sample(
            "podman 4 behind ssh", .noResponse,
            "Error: failed to connect: dial tcp 127.0.0.1:1: connect: connection refused"),
        Sample(
            "nerdctl", .noResponse,
            #"time="2026-11-26T09:30:18Z" level=fatal msg="cannot access containerd socket"#
                + #" \"/run/containerd/containerd.sock\": no such file or directory""#),
        Sample(
            "rootless nerdctl", .noResponse,
            "FATA[0000] rootless containerd not running? (hint: use"
                + " `containerd-rootless-setuptool.sh install` to start rootless containerd): stat"
                + " /run/user/1000/containerd-rootless: no such file or directory"),
    ]

    @Test(arguments: docker + others)
    func `an engine problem is recognized by the client's message`(_ sample: Sample) {
        let complaint = ClientErrorMessage("v1: Preparing\n" + sample.output)
        #expect(complaint?.problem == sample.problem)
    }

    @Test(arguments: [
        #"Error response from daemon: Get "https://registry.example/v2/": unauthorized: incorrect"#
            + " username or password",
        "Error response from daemon: login attempt to https://registry.example/v2/ failed with"
            + " status: 401 Unauthorized",
        "Error response from daemon: login attempt to https://registry.example/v2/ failed with"
            + " status: 503 Service Unavailable",
        #"Error response from daemon: Get "https://registry.example/v2/": x509: certificate signed"#
            + " by unknown authority",
        #"Error response from daemon: Get "https://registry.example/v2/": EOF"#,
        #"Get "http://127.0.0.1:9/v2/": dial tcp 127.0.0.1:9: connect: connection refused"#,
        "denied: requested access to the resource is denied",
        "denied: Cannot connect to the Docker daemon",
        #"unauthorized: "error during connect: EOF" is no account"#,
        #"Error: logging into "r": invalid username/password: error during connect: x"#,
        "request returned to sender", "",
        "An image does not exist locally with the tag: registry.example/alice/docker.sock",
    ])
    func `a message of the registry is not an engine problem`(_ output: String) {
        #expect(ClientErrorMessage(output) == nil)
    }

    @Test func `for an engine behind ssh the reason is ssh's own message`() {
        let start =
            #"error during connect: Post "http://docker.example.com/v1.24/auth": command [ssh -l a"#
            + " -- host docker system dial-stdio] has exited with exit status 255, please make sure"
            + " the URL is valid, and Docker 18.09 or later is installed on the remote host: stderr="
        let words = "ssh: connect to host host port 22: Connection refused"
        #expect(ClientErrorMessage(start + words)?.reason == words)
        #expect(ClientErrorMessage("\(start)\(words)\n\n[]\n")?.reason == words)
        let denied = "a@host: Permission denied (publickey)."
        let twoLines = ClientErrorMessage(
            "\(start)Warning: Permanently added 'host'.\r\n\(denied)\r\n")
        #expect(twoLines?.reason == denied)
        #expect(twoLines?.problem == .noResponse)
    }
}
