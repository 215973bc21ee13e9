import EnclaviaCore
import EnclaviaEngine
import TestSupport
import Testing

/// What Docker's configuration says about this program's credential helper, and what a helper answers.
struct CredentialHelperTests {
    private static let configurations: [(String, [String], Bool)] = [
        ("", [], false), ("{}", [], false), ("null", [], false),
        (#"{"credHelpers":{"r.example":"enclavia","other.example":"pass"}}"#, ["r.example"], false),
        (#"{"CREDHELPERS":{"r.example":"enclavia"}}"#, ["r.example"], false),
        (#"{"credHelpers":{"a":"enclavia","b":"enclavia","c":7,"d":null}}"#, ["a", "b"], false),
        (#"{"credHelpers":["enclavia"],"credsStore":"pass"}"#, [], false),
        (#"{"credHelpers":"enclavia"}"#, [], false), (#"{"credsStore":"enclavia"}"#, [], true),
        (#"{"credHelpers":{"r.example":"Enclavia"},"credsStore":"enclavia2"}"#, [], false),
    ]

    @Test(arguments: configurations)
    func `the registries are those for which the configuration names it`(
        _ text: String, _ registries: [String], _ isDefault: Bool
    ) throws {
        let client = try FakeClient("")
        try client.files.makeDirectory("home/.docker")
        try client.files.write(text, to: "home/.docker/config.json")
        let use = client.engine.credentialHelperUse()
        #expect(use.configuration == client.files.path("home/.docker/config.json"))
        #expect(use.registries == Set(registries))
        #expect(use.isDefault == isDefault)
        #expect(use.isNamed == (isDefault || !registries.isEmpty))
        #expect(use.covers("r.example") == (isDefault || registries.contains("r.example")))
        #expect(use.fault == nil && use.program == nil)
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

    private static let incomplete = CredentialHelperReply.refused(
        reason: "its output has no user name or no secret")

    private static let replies: [(script: String, reply: CredentialHelperReply)] = [
        (
            #"read -r server; echo "{\"Username\":\"$server $1\",\"Secret\":\"s\"}""#,
            .login(user: "r.example get")
        ),
        (#"echo '{"Username":"a","Secret":""}'"#, incomplete),
        (#"echo '{"Username":"","Secret":"s"}'"#, incomplete),
        (#"echo '{"Secret":"s"}'"#, incomplete), ("echo nonsense", incomplete),
        ("echo 'log in first'; exit 1", .refused(reason: "log in first")),
        ("echo 'on stderr' >&2; exit 3", .refused(reason: "on stderr")),
        (
            #"[ "$ENCLAVIA_TOKEN" ] && echo '{"Username":"a","Secret":"s"}'"#,
            .login(user: "a")
        ),
    ]

    @Test(arguments: replies.map(\.script))
    func `a helper is run as Docker runs it`(_ script: String) async throws {
        let client = try FakeClient("", environment: ["ENCLAVIA_TOKEN": "t"])
        try client.files.write("#!/bin/sh\n\(script)\n", to: "bin/helper", isProgram: true)
        let reply = await client.engine.reply(of: client.files.path("bin/helper"), for: "r.example")
        #expect(reply == Self.replies.first { $0.script == script }?.reply)
    }

    @Test func `a helper that is not there gives no credentials`() async throws {
        let client = try FakeClient("")
        let reply = await client.engine.reply(of: client.files.path("bin/none"), for: "r.example")
        #expect(reply == .refused(reason: "it is not there"))
    }
}
