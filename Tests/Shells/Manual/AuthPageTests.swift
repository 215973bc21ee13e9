import Foundation
import TestSupport
import Testing

/// The credentials file that the manual shows.
@Suite struct AuthPageTests {
    private static let credentials = ["token": "secret"]

    @Test func `enclavia-auth(1) shows a credentials file that the program reads`() async throws {
        let page = try #require(ManualPage.named("enclavia-auth.1"))
        let example = try #require(page.listings.first, "no credentials file is shown")
        #expect(Self.decoded(example) == Self.credentials)

        let folder = try Folder()
        try folder.write(example, to: "enclavia/credentials.json")
        let run = try await Run.program(
            Build.product("enclavia"), ["auth", "status", "--json"],
            environment: [
                "XDG_CONFIG_HOME": folder.path, "ENCLAVIA_STATE_DIR": "\(folder.path)/state",
                "ENCLAVIA_TOKEN": "", "ENCLAVIA_BACKEND_URL": "",
            ])
        #expect(run.status == 0, "\(run.err)")
        let account = try run.object()
        #expect(account["source"] as? String == "file")
        #expect(account["rotates"] as? Bool == false)
    }

    @Test(arguments: ["enclavia.1", "enclavia-auth.1"])
    func `a credentials file is valid JSON as mandoc shows it`(_ name: String) async throws {
        let page = try #require(ManualPage.named(name))
        let run = try await Run.program("mandoc", ["-Tutf8", page.path])
        // Bold and underlined characters are overstruck.
        let text = run.out.replacing(#/.\u{8}/#, with: "")
        let examples = text.matches(of: #/\{"token"[^{}]*\}/#).map { String($0.output) }
        #expect(examples.map(Self.decoded) == [Self.credentials])
    }

    private static func decoded(_ json: String) -> [String: String]? {
        try? JSONDecoder().decode([String: String].self, from: Data(json.utf8))
    }
}
