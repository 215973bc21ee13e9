import EnclaviaContext
import EnclaviaCore
import Foundation
import TestSupport
import Testing

/// What is read from a checkout, and what the checkout must not do.
struct GitContextTests {
    /// A checkout with one commit of `tracked.txt`, on the branch `main`.
    static func checkout() async throws -> TemporaryDirectory {
        let files = try TemporaryDirectory()
        try files.makeDirectory("home")
        try files.makeDirectory("work")
        try await git(
            files,
            """
            git init -q -b main .
            git config user.name Alice && git config user.email alice@example.org
            echo content > tracked.txt
            git add . && git commit -q -m first
            """)
        return files
    }

    @discardableResult
    static func git(_ files: TemporaryDirectory, _ script: String) async throws -> String {
        try await Shell.run(
            script, environment: environment(files), directory: files.path("work"))
    }

    static func environment(_ files: TemporaryDirectory) -> [String: String] {
        Shell.plainEnvironment.merging([
            "HOME": files.path("home"), "GIT_CONFIG_NOSYSTEM": "1", "PWNED": files.path("pwned"),
            "GIT_CEILING_DIRECTORIES": files.root,
        ]) { $1 }
    }

    /// These tests do not test the time limit, and the machine may be busy with other tests.
    static func gather(
        _ files: TemporaryDirectory, in directory: String = "work",
        _ more: [String: String] = [:], limit: Duration = .seconds(60)
    ) async -> PushContext {
        await GitContextProbe(
            environment: environment(files).merging(more) { $1 }, directory: files.path(directory),
            limit: limit
        ).gather()
    }

    @Test func `commit, branch and a clean state are recorded`() async throws {
        let files = try await Self.checkout()
        let head = try await Self.git(files, "git rev-parse HEAD")
        try files.makeDirectory("work/deep/er")
        try files.write("not tracked", to: "work/other.txt")
        let context = await Self.gather(files, in: "work/deep/er")
        #expect(context.gitCommit == head)
        #expect(context.gitBranch == "main")
        #expect(context.gitDirty == false)
    }

    @Test(arguments: [
        "echo changed > tracked.txt", "rm tracked.txt", "git rm -q --cached tracked.txt",
        "echo new > new.txt && git add new.txt", "git mv tracked.txt moved.txt",
        "rm tracked.txt && ln -s / tracked.txt", "chmod +x tracked.txt",
    ])
    func `a change of a tracked file makes the checkout dirty`(script: String) async throws {
        let files = try await Self.checkout()
        try await Self.git(files, script)
        #expect(await Self.gather(files).gitDirty == true)
    }

    @Test func `a touched file does not count as changed`() async throws {
        let files = try await Self.checkout()
        try await Self.git(files, "touch -d 2001-01-01 tracked.txt")
        let index = try files.snapshot("work/.git")["index"]
        #expect(await Self.gather(files).gitDirty == false)
        #expect(try files.snapshot("work/.git")["index"] == index)
    }

    @Test func `a detached head has no branch, a new repository no commit`() async throws {
        let files = try await Self.checkout()
        try await Self.git(files, "git checkout -q --detach")
        let detached = await Self.gather(files)
        #expect(detached.gitCommit != nil)
        #expect(detached.gitBranch == nil)

        try await Self.git(files, "rm -rf .git && git init -q -b fresh .")
        let fresh = await Self.gather(files)
        #expect(fresh.gitCommit == nil)
        #expect(fresh.gitBranch == "fresh")
    }

    @Test func `a worktree is a checkout`() async throws {
        let files = try await Self.checkout()
        try await Self.git(files, "git worktree add -q -b side ../side")
        #expect(await Self.gather(files, in: "side").gitBranch == "side")
    }

    @Test func `without a checkout only host and user are recorded`() async throws {
        let files = try TemporaryDirectory()
        let context = await Self.gather(files, in: ".")
        #expect(context.gitCommit == nil && context.gitBranch == nil && context.gitDirty == nil)
        #expect(context.host != nil)
        #expect(context.user != nil)
    }

    @Test func `git variables of a hook have no effect`() async throws {
        let files = try await Self.checkout()
        let context = await Self.gather(
            files, in: "work",
            [
                "GIT_DIR": "/nowhere", "GIT_INDEX_FILE": "/nowhere/index", "GIT_WORK_TREE": "/",
                "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.bare",
                "GIT_CONFIG_VALUE_0": "true", "GIT_TRACE": files.path("trace"),
            ])
        #expect(context.gitBranch == "main")
        #expect(context.gitDirty == false)
        #expect(!FileManager.default.fileExists(atPath: files.path("trace")))
    }

    /// Ways in which a checkout's own files make `git status` run a program.
    static let traps = [
        "git config core.fsmonitor 'touch \"$PWNED\"; false'",
        """
        echo '* filter=evil' > .gitattributes
        git config filter.evil.clean 'touch "$PWNED"; cat'
        """,
        """
        echo '* filter=evil' > .git/info/attributes
        git config filter.evil.process 'touch "$PWNED"; cat'
        git config filter.evil.required true
        """,
        """
        echo '* filter=evil' > .gitattributes
        git config include.path extra
        printf '[filter "evil"]\\n\\tclean = touch \\"$PWNED\\"; cat\\n' > .git/extra
        """,
        """
        echo '* filter=a=b' > .gitattributes
        git config 'filter.a=b.clean' 'touch "$PWNED"; cat'
        """,
        """
        echo '* filter=a.b' > .gitattributes
        git config 'filter.a.b.clean' 'touch "$PWNED"; cat'
        """,
        """
        echo '* filter=evil' > .gitattributes
        git config extensions.worktreeConfig true
        git config --worktree filter.evil.clean 'touch "$PWNED"; cat'
        """,
        """
        git init -q -b main sub
        git -C sub -c user.name=A -c user.email=a commit -q --allow-empty -m sub
        git -C sub config core.fsmonitor 'touch "$PWNED"; false'
        git -c protocol.file.allow=always add sub 2>/dev/null
        git commit -q -m sub
        touch sub/file
        """,
    ]

    @Test(arguments: traps)
    func `a checkout runs no code of its own`(trap: String) async throws {
        let files = try await Self.checkout()
        try await Self.git(files, trap)
        try await Self.git(files, "rm -f \"$PWNED\"; touch -d 2001-01-01 tracked.txt")
        let context = await Self.gather(files)
        #expect(!FileManager.default.fileExists(atPath: files.path("pwned")))
        if !trap.contains("a=b") { #expect(context.gitBranch == "main") }
        // The trap works: git itself runs it.
        try await Self.git(files, "git status >/dev/null 2>&1 || true")
        #expect(FileManager.default.fileExists(atPath: files.path("pwned")))
    }

    @Test func `objects that are missing are not fetched`() async throws {
        let files = try await Self.checkout()
        try await Self.git(
            files,
            """
            git config core.repositoryFormatVersion 1
            git config extensions.partialClone origin
            git config remote.origin.promisor true
            git config remote.origin.url 'ext::sh -c touch% "$PWNED"'
            git config protocol.ext.allow always
            rm -f .git/objects/$(git rev-parse 'HEAD^{tree}' | sed 's|^..|&/|')
            """)
        _ = await Self.gather(files)
        #expect(!FileManager.default.fileExists(atPath: files.path("pwned")))
        try await Self.git(files, "git status >/dev/null 2>&1 || true")
        #expect(FileManager.default.fileExists(atPath: files.path("pwned")))
    }

    @Test func `with the user's own filter a differing file makes the dirty state unknown`()
        async throws
    {
        let files = try await Self.checkout()
        try await Self.git(
            files,
            """
            git config --global filter.upper.clean 'touch "$PWNED"; tr a-z A-Z'
            echo '*.up filter=upper' > .gitattributes
            echo text > file.up
            git add . && git commit -q -m filtered
            touch -d 2001-01-01 file.up
            rm -f "$PWNED"
            """)
        #expect(await Self.gather(files).gitDirty == nil)
        #expect(!FileManager.default.fileExists(atPath: files.path("pwned")))
        try await Self.git(files, "git rm -q --cached tracked.txt")
        #expect(await Self.gather(files).gitDirty == true)
    }

    @Test func `a git that hangs runs into the time limit`() async throws {
        let files = try await Self.checkout()
        try files.makeDirectory("bin")
        try files.write(
            "#!/bin/sh\ntrap '' TERM\nsleep 60\n", to: "bin/git", isProgram: true)
        let began = ContinuousClock.now
        let context = await Self.gather(
            files, in: "work", ["PATH": files.path("bin") + ":/bin"], limit: .milliseconds(500))
        let took = began.duration(to: .now)
        #expect(context.gitCommit == nil)
        #expect(context.host != nil)
        #expect(took >= .milliseconds(500))
        #expect(took < .seconds(20))
    }
}
