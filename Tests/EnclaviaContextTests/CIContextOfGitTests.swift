import EnclaviaContext
import EnclaviaCore
import Foundation
import TestSupport
import Testing

/// What the variables of a CI run add to what git reports.
struct CIContextOfGitTests {
    private static let other = String(repeating: "ab", count: 20)

    private func run(_ commit: String, branch: String = "feature") -> [String: String] {
        [
            "CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_SHA": commit,
            "GITHUB_REF": "refs/heads/\(branch)",
        ]
    }

    @Test func `a detached head at the CI run's commit has the run's branch`() async throws {
        let files = try await GitContextTests.checkout()
        let head = try await GitContextTests.git(
            files, "git checkout -q --detach && git rev-parse HEAD")
        let context = await GitContextTests.gather(files, run(head))
        #expect(context.gitCommit == head)
        #expect(context.gitBranch == "feature")
        #expect(context.gitDirty == false)
    }

    @Test func `a detached head at another commit does not have the CI run's branch`()
        async throws
    {
        let files = try await GitContextTests.checkout()
        let head = try await GitContextTests.git(
            files, "git checkout -q --detach && git rev-parse HEAD")
        let context = await GitContextTests.gather(files, run(Self.other))
        #expect(context.gitCommit == head)
        #expect(context.gitBranch == nil)
    }

    @Test func `git's commit and branch override the CI run's`() async throws {
        let files = try await GitContextTests.checkout()
        let head = try await GitContextTests.git(files, "git rev-parse HEAD")
        let context = await GitContextTests.gather(files, run(Self.other))
        #expect(context.gitCommit == head)
        #expect(context.gitBranch == "main")
    }

    @Test func `without a checkout or without git, commit and branch are the CI run's`()
        async throws
    {
        let files = try await GitContextTests.checkout()
        try files.makeDirectory("empty")
        let context = await GitContextTests.gather(files, in: "empty", run(Self.other))
        #expect(context.gitCommit == Self.other && context.gitBranch == "feature")
        #expect(context.gitDirty == nil)
        let gitless = run(Self.other).merging(["PATH": files.path("empty")]) { $1 }
        let told = await GitContextTests.gather(files, gitless)
        #expect(told.gitCommit == Self.other && told.gitBranch == "feature")
        #expect(told.gitDirty == nil)
    }

    @Test(.enabled(if: geteuid() == 0, "gives a checkout to another user"))
    func `if git refuses a checkout of another user, commit and branch are the CI run's`()
        async throws
    {
        let files = try await GitContextTests.checkout()
        try await GitContextTests.git(files, "chown -R 12345:12345 .")
        let silent = await GitContextTests.gather(files)
        try #require(silent.gitCommit == nil, "git reads it")
        let context = await GitContextTests.gather(files, run(Self.other))
        #expect(context.gitCommit == Self.other && context.gitBranch == "feature")
        #expect(context.gitDirty == nil && context.ciProvider == "github")
    }
}
