import EnclaviaCommands
import EnclaviaCore
import EnclaviaService
import EnclaviaSystem
import Testing

/// The console writes no secret.
struct ConsoleSecretsTests {
    private static let token = "tok/en-0123456789+abcdef"

    private func written(
        knowing environment: [String: String] = ["ENCLAVIA_TOKEN": token + "\n"],
        _ body: (Console) throws -> Void
    ) throws -> (out: String, stderr: String) {
        let (out, stderr) = (Recorder(), Recorder())
        let capabilities = TerminalCapabilities(isTerminal: false, hasColor: false, width: nil)
        let console = Console(
            out: capabilities, stderr: capabilities,
            writeOut: { bytes throws(ConsoleError) in out.append(bytes) },
            writeStderr: { bytes throws(ConsoleError) in stderr.append(bytes) },
            secrets: SecretScrubber(environment: environment))
        try body(console)
        return (out.text, stderr.text)
    }

    @Test func `results, lines, warnings and errors show no secret`() throws {
        let token = Self.token
        let (out, stderr) = try written { console in
            try console.result("{\"error\":\"\(token.replacing("/", with: "\\/"))\"}")
            try console.result(bytes: Array("<\(token)>\n".utf8))
            console.log("line \(token)")
            console.writeRaw("\rline \(token)")
            console.warn("warned of \(token)")
            console.fail(
                UserError(.error, "failed with \(token)", hint: "unset \(token)"))
        }
        #expect(out == "{\"error\":\"•••\"}\n<•••>\n")
        #expect(
            stderr == "line •••\n\rline •••warning: warned of •••\n"
                + "error: failed with •••\nhint: unset •••\n")
    }

    @Test func `only the credential helper's answer shows one`() throws {
        let (out, stderr) = try written { try $0.result(withSecret: "{\(Self.token)}") }
        #expect(out == "{\(Self.token)}\n")
        #expect(stderr == "")
    }

    @Test(arguments: [
        ("ENCLAVIA_BACKEND_URL", "https://bob:hunter2%2Fsecret@api.example/x", "hunter2/secret"),
        ("HTTPS_PROXY", "http://bob:hunter2#secret?x@proxy.example", "hunter2#secret?x"),
        ("CONTAINER_HOST", "ssh://bob:hunter2-secret@engine.example/run/x", "hunter2-secret"),
        ("HTTPS_PROXY", "http://bob:hunter2@secret@proxy.example:8080", "hunter2@secret"),
        ("https_proxy", "bob:hunter2-secret@proxy.example:8080", "hunter2-secret"),
        ("DOCKER_HOST", "tcp://bob:hunter2-secret@engine.example:2376", "hunter2-secret"),
        ("ALL_PROXY", "socks5://bob:hunter2-secret@proxy.example", "hunter2-secret"),
    ])
    func `a password in an address of the environment is a secret`(
        name: String, address: String, password: String
    ) throws {
        let (_, stderr) = try written(knowing: [name: address]) { console in
            console.log("<\(password)> \(address)")
        }
        #expect(stderr.hasPrefix("<•••> "))
        #expect(!stderr.contains("hunter2"), "\(stderr)")
        #expect(stderr.contains("example"))
    }

    /// The name of a repository, a host or a directory may be somebody's password.
    @Test func `a password that is a word, or a user without one, changes no result`()
        throws
    {
        let text = #"{"registry":"platform/api","backend":"https://platform.example"}"#
        for address in ["http://ci:platform@proxy.example", "http://platform@proxy.example"] {
            let (out, stderr) = try written(knowing: ["HTTPS_PROXY": address]) { console in
                try console.result(text)
                console.log(address)
            }
            #expect(out == text + "\n")
            #expect(stderr.contains("ci:platform") == false)
        }
    }

    @Test func `the tokens in the content of a credentials file are secrets`() throws {
        let content =
            #"{"access_token": "access-0123456789", "refresh_token": "refresh-0123456789"}"#
        let (_, stderr) = try written(knowing: ["ENCLAVIA_TOKEN": content]) { console in
            console.log("access-0123456789 refresh-0123456789")
        }
        #expect(stderr == "••• •••\n")
    }

    @Test func `an environment without secrets changes nothing`() throws {
        let environment = [
            "HTTPS_PROXY": "http://proxy.example:8080/path@with", "ENCLAVIA_BACKEND_URL": "",
            "ENCLAVIA_TOKEN": " \n", "DOCKER_HOST": "ssh://deploying@engine.example",
        ]
        let text = "http://proxy.example:8080/path@with ssh://deploying@engine.example"
        #expect(try written(knowing: environment) { $0.log(text) }.stderr == text + "\n")
    }
}
