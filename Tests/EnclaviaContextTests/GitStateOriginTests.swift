import EnclaviaContext
import EnclaviaCore
import Foundation
import TestSupport
import Testing

/// Whether a history may have come with a checkout.
struct GitStateOriginTests {
    /// A checkout in `work` with one commit of a state directory, `work/.state`, or of what `ships` makes.
    private func checkout(
        _ ships: String = "mkdir .state && echo forged > .state/history.db"
    ) async throws -> TemporaryDirectory {
        let files = try await GitContextTests.checkout()
        try await GitContextTests.git(
            files, "\(ships)\ngit add -f . && git commit -q -m state")
        return files
    }

    private func origin(
        _ files: TemporaryDirectory, _ state: String = "work/.state",
        _ more: [String: String] = [:]
    ) async -> TrackingCheckout? {
        let directory = files.path(state)
        return await GitStateOrigin(
            environment: GitContextTests.environment(files).merging(more) { $1 },
            directory: directory,
            files: ["history.db", "history.db-wal", "spool"].map { "\(directory)/\($0)" },
            limit: .seconds(60)
        ).trackingCheckout()
    }

    @Test(arguments: [
        "mkdir .state && echo forged > .state/history.db",
        "mkdir -p .state/spool && echo forged > .state/spool/0190.jsonl",
        "mkdir .state && echo forged > .state/history.db-wal",
    ])
    func `a history that a commit contains belongs to the checkout`(_ ships: String) async throws {
        let files = try await checkout(ships)
        #expect(
            await origin(files)
                == TrackingCheckout(
                    state: files.path("work/.state"), checkout: files.path("work"),
                    isCertain: true))
        // A change by the next push does not change this.
        try await GitContextTests.git(
            files, "rm -rf .state && mkdir .state && : > .state/history.db")
        #expect(await origin(files) != nil)
    }

    @Test func `a history that no commit contains does not belong to the checkout`() async throws {
        let files = try await GitContextTests.checkout()
        try await GitContextTests.git(files, "mkdir .state && echo own > .state/history.db")
        #expect(await origin(files) == nil)
        try await GitContextTests.git(files, "echo .state > .gitignore && git add .gitignore")
        #expect(await origin(files) == nil)
        // A history next to the sources is allowed too.
        try await GitContextTests.git(files, "echo own > history.db")
        #expect(await origin(files, "work") == nil)
        try files.makeDirectory("elsewhere")
        #expect(await origin(files, "elsewhere") == nil)
    }

    @Test func `links, worktrees and submodules are resolved`() async throws {
        let files = try await checkout()
        try await GitContextTests.git(
            files,
            """
            ln -s "$PWD/.state" ../link
            git worktree add -q -b side ../side
            git init -q -b main ../super
            git -C ../super -c protocol.file.allow=always submodule --quiet add "$PWD" sub
            """)
        #expect(await origin(files, "link")?.checkout == files.path("work"))
        #expect(await origin(files, "side/.state")?.checkout == files.path("side"))
        #expect(await origin(files, "super/sub/.state")?.checkout == files.path("super/sub"))
    }

    @Test func `an outer checkout that tracks the history counts, too`() async throws {
        let files = try await checkout()
        try await GitContextTests.git(files, "git init -q -b inner .state")
        #expect(await origin(files)?.checkout == files.path("work"))
    }

    @Test func `without git the history counts as the checkout's, but not for certain`()
        async throws
    {
        let files = try await GitContextTests.checkout()
        try await GitContextTests.git(files, "mkdir .state && echo own > .state/history.db")
        try files.makeDirectory("empty")
        let origin = await origin(files, "work/.state", ["PATH": files.path("empty")])
        #expect(origin?.isCertain == false)
    }

    @Test(.enabled(if: geteuid() == 0, "gives a checkout to another user"))
    func `another user's checkout is checked like one's own`() async throws {
        let files = try await GitContextTests.checkout()
        try await GitContextTests.git(
            files, "mkdir .state && echo own > .state/history.db && chown -R 12345:12345 .")
        #expect(await origin(files) == nil)
        try await GitContextTests.git(
            files, "git -c safe.directory='*' add -f .state && chown -R 12345:12345 .")
        #expect(await origin(files)?.isCertain == true)
    }

    @Test func `a directory named .git that is not a repository is ignored`() async throws {
        let files = try TemporaryDirectory()
        try files.makeDirectory("outer/.git")
        try files.makeDirectory("outer/.state")
        try files.write("own", to: "outer/.state/history.db")
        #expect(await origin(files, "outer/.state") == nil)
    }

    @Test(arguments: GitContextTests.traps)
    func `the check runs no code of the checkout`(_ trap: String) async throws {
        let files = try await checkout()
        try await GitContextTests.git(files, trap)
        try await GitContextTests.git(files, "rm -f \"$PWNED\"")
        #expect(await origin(files) != nil)
        #expect(!FileManager.default.fileExists(atPath: files.path("pwned")))
    }
}
