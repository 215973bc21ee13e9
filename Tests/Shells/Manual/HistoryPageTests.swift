import Foundation
import TestSupport
import Testing

/// What enclavia-history(5) promises.
@Suite struct HistoryPageTests {
    private func page() throws -> ManualPage {
        try #require(ManualPage.named("enclavia-history.5"))
    }

    @Test func `push_v1 has the columns that the page has`() async throws {
        let history = try await SampleHistory()
        let run = try await Run.program(
            "sqlite3", [history.database, "SELECT name FROM pragma_table_info('push_v1')"])
        let columns = run.out.split(separator: "\n").map(String.init)
        #expect(Set(try page().items(in: "push_v1")) == Set(columns))
        #expect(columns.count > 40)
    }

    @Test func `the ten lines of Python check the chain`() async throws {
        let history = try await SampleHistory()
        let program = try #require(try page().listings.first)
        let check = {
            try await Run.program("python3", ["-c", program, history.database])
        }
        let good = try await check()
        #expect(good.status == 0, "\(good.err)")
        let verify = try await Run.program(
            Build.product("enclavia"), ["history", "verify", "--json"],
            environment: ["ENCLAVIA_STATE_DIR": history.stateDirectory])
        let head = try #require(try verify.object()["head"] as? String)
        #expect(good.out == head + "\n")

        let edit = "UPDATE event SET data = replace(data, 'alice', 'mallory') WHERE seq = 3"
        _ = try await Run.program("sqlite3", [history.database, edit])
        let bad = try await check()
        #expect(bad.status == 1)
        #expect(bad.err == "event 3 was edited\n")
    }
}
