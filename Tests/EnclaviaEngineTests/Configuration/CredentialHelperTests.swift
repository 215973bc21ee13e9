import EnclaviaCore
import EnclaviaEngine
import TestSupport
import Testing

/// What Docker's configuration says about this program's credential helper, and what a helper answers.
struct CredentialHelperTests {
    private typealias Entries = CredentialHelperEntries

    private static let configurations: [(text: String, entries: Entries, covers: Bool)] = [
        ("", Entries(), false), ("{}", Entries(), false), ("null", Entries(), false),
        (
            #"{"credHelpers":{"r.example":"enclavia","other.example":"pass"}}"#,
            Entries(registries: ["r.example"], others: ["other.example"]), true
        ),
        (
            #"{"CREDHELPERS":{"r.example":"enclavia"}}"#, Entries(registries: ["r.example"]), true
        ),
        (
            #"{"credHelpers":{"a":"enclavia","b":"enclavia","c":7,"d":null}}"#,
            Entries(registries: ["a", "b"]), false
        ),
        (#"{"credHelpers":["enclavia"],"credsStore":"pass"}"#, Entries(), false),
        (#"{"credHelpers":"enclavia"}"#, Entries(), false),
        (#"{"credsStore":"enclavia"}"#, Entries(isDefault: true), true),
        (
            #"{"credHelpers":{"r.example":"Enclavia"},"credsStore":"enclavia2"}"#,
            Entries(others: ["r.example"]), false
        ),
        (
            #"{"credHelpers":{"r.example":"pass"},"credsStore":"enclavia"}"#,
            Entries(others: ["r.example"], isDefault: true), false
        ),
        (
            #"{"credHelpers":{"r.example":""},"credsStore":"enclavia"}"#,
            Entries(others: ["r.example"], isDefault: true), false
        ),
    ]

    @Test(arguments: configurations.map(\.text))
    func `the registries are those for which the configuration names it`(
        _ text: String
    ) throws {
        let wanted = try #require(Self.configurations.first { $0.text == text })
        let client = try FakeClient("")
        try client.files.makeDirectory("home/.docker")
        try client.files.write(text, to: "home/.docker/config.json")
        let use = client.engine.credentialHelperUse()
        #expect(use.configuration == client.files.path("home/.docker/config.json"))
        #expect(use.docker == wanted.entries && use.containers.isEmpty)
        #expect(use.covers("r.example") == wanted.covers)
        #expect(use.fault == nil && use.program == nil)
    }

    @Test func `the files of podman and skopeo are read in their order`() throws {
        var environment = ["XDG_RUNTIME_DIR": "/none"]
        let entry = #"{"credHelpers":{"r.example":"enclavia"}}"#
        func use(_ name: String, _ text: String) throws -> (CredentialHelperUse, String) {
            let client = try FakeClient("", environment: environment)
            try client.files.makeDirectory("home/.config/containers")
            try client.files.write(text, to: name)
            return (client.engine.credentialHelperUse(), client.files.path(name))
        }
        let (own, path) = try use("home/.config/containers/auth.json", entry)
        #expect(own.containers.map(\.path) == [path] && own.namingFile == path)
        #expect(own.covers("r.example") && !own.docker.covers("r.example"))
        // They know no default.
        let (stored, _) = try use(
            "home/.config/containers/auth.json", #"{"credsStore":"enclavia"}"#)
        #expect(stored.containers.isEmpty)

        let files = try FakeClient("").files
        try files.makeDirectory("run/containers")
        try files.write(entry, to: "run/containers/auth.json")
        environment = ["XDG_RUNTIME_DIR": files.path("run")]
        #expect(
            try use("home/.config/containers/auth.json", entry).0.containers.first?.path
                == files.path("run/containers/auth.json"))
        let other = #"{"credHelpers":{"other.example":"enclavia"}}"#
        try files.write(other, to: "run/containers/auth.json")
        let both = try use("home/.config/containers/auth.json", entry).0
        #expect(both.registries == ["r.example", "other.example"] && both.covers("r.example"))
        environment["REGISTRY_AUTH_FILE"] = files.path("none")
        #expect(try use("home/.config/containers/auth.json", entry).0.containers.isEmpty)
        environment["REGISTRY_AUTH_FILE"] = files.path("run/containers/auth.json")
        #expect(
            try use("unused", "").0.containers.map(\.path)
                == [files.path("run/containers/auth.json")])
    }

    @Test func `the program is found on PATH, and a bad configuration is reported`() throws {
        let client = try FakeClient("")
        try client.files.write(
            "#!/bin/sh\n", to: "bin/docker-credential-enclavia", isProgram: true)
        try client.files.makeDirectory("home/.docker")
        try client.files.write("{", to: "home/.docker/config.json")
        let use = client.engine.credentialHelperUse()
        #expect(use.program == client.files.path("bin/docker-credential-enclavia"))
        #expect(use.fault?.reason == .notJSON)
    }

    private static let incomplete = CredentialHelperReply.failure(.incomplete)

    private static let replies: [(script: String, reply: CredentialHelperReply)] = [
        (
            #"read -r server; echo "{\"Username\":\"$server $1\",\"Secret\":\"s\"}""#,
            .login(user: "r.example get")
        ),
        (#"echo '{"Username":"a","Secret":""}'"#, incomplete),
        (#"echo '{"Username":"","Secret":"s"}'"#, incomplete),
        (#"echo '{"Secret":"s"}'"#, incomplete), ("echo nonsense", incomplete),
        ("echo 'log in first'; exit 1", .failure(.refused("log in first"))),
        ("echo 'on stderr' >&2; exit 3", .failure(.refused("on stderr"))),
        (#"echo '{"Secret":"hidden"}'; exit 1"#, .failure(.failed(status: 1))),
        (#"echo warn; echo '{"Secret":"hidden"}' >&2; exit 1"#, .failure(.failed(status: 1))),
        (#"printf '"Username":"a","Secret":"hid'; exit 1"#, .failure(.failed(status: 1))),
        (#"echo '["hidden"]'; echo done; exit 1"#, .failure(.failed(status: 1))),
        ("exit 3", .failure(.failed(status: 3))),
        ("kill -9 $$", .failure(.failed(status: 137))),
        (
            #"[ "$ENCLAVIA_TOKEN" ] && echo '{"Username":"a","Secret":"s"}'"#,
            .login(user: "a")
        ),
    ]

    @Test(arguments: replies.map(\.script))
    func `a helper is run as Docker runs it`(_ script: String) async throws {
        let client = try FakeClient("", environment: ["ENCLAVIA_TOKEN": "t"])
        try client.files.write("#!/bin/sh\n\(script)\n", to: "bin/helper", isProgram: true)
        let reply = await client.engine.reply(
            of: client.files.path("bin/helper"), for: "r.example", within: .seconds(60))
        #expect(reply == Self.replies.first { $0.script == script }?.reply)
    }

    @Test func `a helper that does not answer is ended at the limit`() async throws {
        let client = try FakeClient("")
        try client.files.write(
            "#!/bin/sh\nexec sleep 1000\n", to: "bin/helper", isProgram: true)
        let reply = await client.engine.reply(
            of: client.files.path("bin/helper"), for: "r.example", within: .seconds(1))
        #expect(reply == .failure(.noAnswer(seconds: 1)))
    }

    @Test func `a helper that is not there gives no credentials`() async throws {
        let client = try FakeClient("")
        let reply = await client.engine.reply(
            of: client.files.path("bin/none"), for: "r.example", within: .seconds(60))
        #expect(reply == .failure(.notInstalled))
    }
}
