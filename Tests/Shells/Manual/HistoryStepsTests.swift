import Foundation
import TestSupport
import Testing

/// The steps of enclavia-history(5), run as they are written.
@Suite struct HistoryStepsTests {
    private func page() throws -> ManualPage {
        try #require(ManualPage.named("enclavia-history.5"))
    }

    /// The parts of the page whose commands are steps, in their order.
    static let steps = ["Backing up", "Restoring", "Rebuilding", "After damage"]

    /// Runs the commands of a part of the page as written.
    private func follow(
        _ heading: String, _ history: SampleHistory, in folder: Folder
    ) async throws -> Run {
        let commands = try #require(try page().part(heading)).commands
        try #require(!commands.isEmpty)
        let bin = (Build.product("enclavia") as NSString).deletingLastPathComponent
        return try await Run.shell(
            (["set -e", "PATH='\(bin)':$PATH"] + commands).joined(separator: "\n"),
            environment: ["ENCLAVIA_STATE_DIR": history.stateDirectory], directory: folder.path)
    }

    @Test func `a backup that is made and restored as the page says has every push`()
        async throws
    {
        let (history, folder) = (try await SampleHistory(isIntact: true), try Folder())
        let export = ["history", "export"]
        let environment = ["ENCLAVIA_STATE_DIR": history.stateDirectory]
        let before = try await Run.program(
            Build.product("enclavia"), export, environment: environment)
        let backup = try await follow("Backing up", history, in: folder)
        #expect(backup.status == 0 && backup.out == "\(folder.path)/pushes.db\n", "\(backup.err)")
        // Damage that only another copy repairs.
        let edit = "DELETE FROM event WHERE seq = 3"
        _ = try await Run.program("sqlite3", [history.database, edit])
        let restored = try await follow("Restoring", history, in: folder)
        #expect(restored.status == 0 && restored.out.contains("intact:"), "\(restored.err)")
        let after = try await Run.program(
            Build.product("enclavia"), export, environment: environment)
        #expect(after.out == before.out && after.out.contains("myapp"))
    }

    @Test func `a history that is salvaged as the page says has every push`() async throws {
        let (history, folder) = (try await SampleHistory(isIntact: true), try Folder())
        let environment = ["ENCLAVIA_STATE_DIR": history.stateDirectory]
        let edit = "DELETE FROM event WHERE seq = 3"
        _ = try await Run.program("sqlite3", [history.database, edit])
        let salvaged = try await follow("After damage", history, in: folder)
        #expect(salvaged.status == 0 && salvaged.out.contains("intact:"), "\(salvaged.err)")
        let pushes = try await Run.program(
            Build.product("enclavia"), ["history", "--format", "template:{id}"],
            environment: environment)
        #expect(pushes.out.split(separator: "\n").count == SampleHistory.pushes.count)
    }

    @Test func `tables that are rebuilt as the page says are those of the events`() async throws {
        let (history, folder) = (try await SampleHistory(isIntact: true), try Folder())
        let environment = ["ENCLAVIA_STATE_DIR": history.stateDirectory]
        let edit = "UPDATE push SET owner = 'mallory' WHERE repository = 'web'"
        _ = try await Run.program("sqlite3", [history.database, edit])
        let rebuilt = try await follow("Rebuilding", history, in: folder)
        #expect(rebuilt.status == 0, "\(rebuilt.err)")
        #expect(rebuilt.out.contains("owner: mallory becomes alice"), "\(rebuilt.out)")
        #expect(rebuilt.err.contains("history.db.before-rebuild"), "\(rebuilt.err)")
        let verify = try await Run.program(
            Build.product("enclavia"), ["history", "verify"], environment: environment)
        #expect(verify.status == 0, "\(verify.out)")
    }
}
