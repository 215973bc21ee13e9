import EnclaviaContext
import EnclaviaCore
import TestSupport
import Testing

/// The order of commits, from a real git.
struct GitCommitGraphTests {
    private func graph(
        _ files: TemporaryDirectory, in directory: String = "work", limit: Duration = .seconds(60)
    ) -> GitCommitGraph {
        GitCommitGraph(
            environment: GitContextTests.environment(files), directory: files.path(directory),
            limit: limit)
    }

    private func commit(_ files: TemporaryDirectory, _ script: String) async throws -> CommitID {
        let script = "\(script) >/dev/null && git rev-parse HEAD"
        return try #require(CommitID(try await GitContextTests.git(files, script)))
    }

    /// Whether the first commit is an ancestor of the second, or why that is unknown.
    private func order(
        _ graph: GitCommitGraph, _ first: CommitID, _ second: CommitID
    ) async -> Result<Bool, CommitGraphError> {
        do throws(CommitGraphError) {
            return .success(try await graph.isAncestor(first, of: second))
        } catch {
            return .failure(error)
        }
    }

    @Test func `an ancestor is distinguished from a descendant and from another branch`()
        async throws
    {
        let files = try await GitContextTests.checkout()
        let first = try await commit(files, "true")
        let second = try await commit(files, "git commit -q --allow-empty -m second")
        let side = try await commit(
            files, "git checkout -q -b side \(first) && git commit -q --allow-empty -m side")
        let orphan = try await commit(
            files, "git checkout -q --orphan alone && git commit -q --allow-empty -m alone")
        #expect(try await graph(files).head() == orphan.text)
        #expect(await order(graph(files), first, second) == .success(true))
        #expect(await order(graph(files), first, first) == .success(true))
        #expect(await order(graph(files), second, first) == .success(false))
        #expect(await order(graph(files), side, second) == .success(false))
        #expect(await order(graph(files), first, orphan) == .success(false))
    }

    @Test func `a commit that the checkout lacks is named`() async throws {
        let files = try await GitContextTests.checkout()
        let first = try await commit(files, "true")
        let missing = try #require(CommitID(String(repeating: "5", count: 40)))
        #expect(await order(graph(files), missing, first) == .failure(.missing(missing)))
        let other = try #require(CommitID(String(repeating: "5", count: 64)))
        #expect(await order(graph(files), first, other) == .failure(.missing(other)))
    }

    /// Both commits are there, and those between them are not: git answers no.
    @Test func `a negative answer from a shallow checkout is not trusted`() async throws {
        let files = try await GitContextTests.checkout()
        let first = try await commit(files, "git branch old")
        for number in 1...3 {
            _ = try await commit(files, "git commit -q --allow-empty -m \(number)")
        }
        let last = try await commit(files, "true")
        try await GitContextTests.git(
            files,
            """
            git clone -q --depth 1 "file://$PWD" ../shallow
            git -C ../shallow fetch -q --depth 1 origin old
            """)
        #expect(await order(graph(files, in: "shallow"), first, last) == .failure(.shallow))
    }

    @Test func `a checkout of another user is an error and is not read`() async throws {
        let files = try await GitContextTests.checkout()
        let first = try await commit(files, "true")
        let second = try await commit(files, "git commit -q --allow-empty -m second")
        try await GitContextTests.git(files, "chown -R 12345 .git .")
        #expect(await order(graph(files), first, second) == .failure(.ownedByOther))
        await #expect(throws: CommitGraphError.ownedByOther) { try await graph(files).head() }
    }

    @Test(arguments: [
        "git replace --graft $SIDE $FIRST", "echo $SIDE $FIRST >.git/info/grafts",
        "git replace --graft $SIDE $FIRST; git config core.useReplaceRefs true",
    ])
    func `replaced commits in the checkout do not change the order`(
        _ script: String
    ) async throws {
        let files = try await GitContextTests.checkout()
        let first = try await commit(files, "true")
        let side = try await commit(
            files, "git checkout -q --orphan alone && git commit -q --allow-empty -m alone")
        try await GitContextTests.git(files, "SIDE=\(side) FIRST=\(first)\n\(script)")
        #expect(await order(graph(files), first, side) == .success(false))
    }

    @Test func `a missing checkout and a missing first commit are reported`() async throws {
        let files = try await GitContextTests.checkout()
        let first = try await commit(files, "true")
        let outside = graph(files, in: "home")
        #expect(try await outside.head() == nil)
        #expect(await order(outside, first, first) == .failure(.noCheckout))
        try await GitContextTests.git(files, "git init -q ../unborn")
        #expect(try await graph(files, in: "unborn").head() == nil)
    }

    @Test func `a git that is missing or cannot be run is not reported as a missing checkout`()
        async throws
    {
        let files = try await GitContextTests.checkout()
        let first = try await commit(files, "true")
        try files.makeDirectory("bin")
        var environment = GitContextTests.environment(files)
        environment["PATH"] = files.path("bin")
        func response() async -> Result<Bool, CommitGraphError> {
            let graph = GitCommitGraph(environment: environment, directory: files.path("work"))
            return await order(graph, first, first)
        }
        #expect(await response() == .failure(.noGit))
        let git = files.path("bin/git")
        try files.write("", to: "bin/git")
        #expect(await response() == .failure(.unusableGit(path: git, .notExecutable)))
        try files.write("#!/nowhere/sh\n", to: "bin/git", isProgram: true)
        #expect(
            await response()
                == .failure(.unusableGit(path: git, .missingInterpreter("/nowhere/sh"))))
        let probe = GitContextProbe(
            environment: environment, directory: files.path("work"), limit: .seconds(60))
        #expect(await probe.gather().gitCommit == nil)
    }

    @Test func `a git that hangs runs into the time limit`() async throws {
        let files = try await GitContextTests.checkout()
        let first = try await commit(files, "true")
        try files.makeDirectory("bin")
        try files.write("#!/bin/sh\nexec sleep 600\n", to: "bin/git", isProgram: true)
        var environment = GitContextTests.environment(files)
        environment["PATH"] = "\(files.path("bin")):\(environment["PATH"] ?? "")"
        let graph = GitCommitGraph(
            environment: environment, directory: files.path("work"), limit: .milliseconds(200))
        #expect(await order(graph, first, first) == .failure(.timedOut(seconds: 0)))
    }
}
