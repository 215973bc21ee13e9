import Foundation
import TestSupport
import Testing

/// `enclavia __complete` itself, as any script that speaks Cobra's protocol calls it.
@Suite struct CompleteTests {
    private static let history = Task { try await SampleHistory() }

    /// The earliest time at which the program gives up on a store: half of its 70 ms, if the store is locked.
    private static let soonest = Duration.milliseconds(35)

    /// Completes again if the program gave up on the store, as it may on a busy machine: that reply looks like
    /// one with nothing to offer, but cannot come before the program's limit.
    private func complete(
        _ words: [String], environment: [String: String] = [:]
    ) async throws -> Run {
        for _ in 1...2 {
            let start = ContinuousClock.now
            let run = try await completeOnce(words, environment: environment)
            let mayHaveGivenUp = start.duration(to: .now) >= Self.soonest
            if !mayHaveGivenUp || !run.out.hasPrefix(":") { return run }
        }
        return try await completeOnce(words, environment: environment)
    }

    private func completeOnce(
        _ words: [String], environment: [String: String]
    ) async throws -> Run {
        let history = try await Self.history.value
        let base = [
            "ENCLAVIA_STATE_DIR": history.stateDirectory, "DOCKER_HOST": "unix:///nonexistent",
        ]
        return try await Run.program(
            Build.product("enclavia"), ["__complete"] + words,
            environment: base.merging(environment) { $1 })
    }

    private func values(_ run: Run) -> [String] {
        run.out.split(separator: "\n").dropLast().filter { !$0.hasPrefix("_activeHelp_ ") }
            .map { String($0.prefix { $0 != "\t" }) }
    }

    @Test(arguments: [
        (["push", "x", "myapp:"], ["myapp:v2", "myapp:latest", "myapp:v1"], ":36"),
        (["push", "x", "alice/my"], ["alice/myapp:", "alice/mytool:"], ":38"),
        (["push", "x", "al"], ["alice/"], ":38"),
        // Full references, where one is accepted.
        (["history", "at", "reg"], ["registry.example.com/"], ":38"),
        (["status", "registry.example.com/"], ["registry.example.com/alice/"], ":38"),
        (["status", "registry.example.com/al"], ["registry.example.com/alice/"], ":38"),
        (
            ["history", "show", "registry.example.com/alice/my"],
            ["registry.example.com/alice/myapp:", "registry.example.com/alice/mytool:"], ":38"
        ),
        (
            ["history", "at", "registry.example.com/alice/myapp:l"],
            ["registry.example.com/alice/myapp:latest"], ":36"
        ),
        (
            ["history", "registry.example.com/alice/my"],
            ["registry.example.com/alice/myapp", "registry.example.com/alice/mytool"], ":36"
        ),
        (["history", "--repository", "alice/w"], ["alice/web"], ":36"),
        (["history", "--repository", "al"], ["alice/"], ":38"),
        (
            ["history", "--repository", "alice/myapp", "--tag", "l"], ["latest"], ":36"
        ),
        (["push", "x", "registry.example.com/alice/my"], [], ":36"),
        (["push", "x", "reg"], [], ":36"),
        (["history", "at", "registry.example.com/bob/"], [], ":36"),
        (["history", "at", "bob/"], [], ":36"),
        (["history", "my"], ["myapp", "mytool"], ":36"),
        (["history", "--repository=my"], ["myapp", "mytool"], ":36"),
        (["history", "--repository", "myapp", "--tag", "v"], ["v2", "v1"], ":36"),
        (["history", "--label", ""], ["say=", "two=", "cmd=", "env=", "note="], ":38"),
        (["history", "--label", "env="], ["env=prod", "env=staging"], ":36"),
        (["history", "--since", "y"], ["yesterday"], ":36"),
        (["history", "--outcome", "s"], ["succeeded"], ":36"),
        (["history", "--host", ""], ["host"], ":36"),
        (["history", "--user=u"], ["user"], ":36"),
        (["help", "hi"], ["history"], ":4"),
        (["help", "history", "s"], ["show", "stats", "salvage", "sync"], ":4"),
        (["help", "history", "re"], ["reconcile", "rebuild", "report"], ":4"),
        (["history", "report", "--format", ""], ["html", "markdown"], ":36"),
        (["history", "report", "--user", "u"], ["user"], ":36"),
        (["history", "report", "--out", ""], [], ":0"),
        // An image name that only a failed push used is not offered.
        (["push", "web"], [], ":36"),
        (["push", "--digest-file", ""], [], ":0"),
        (["history", "import", ""], [], ":0"),
        (["push", "x", "y", "z"], [], ":4"),
        (["push", "--label"], ["--label"], ":4"),
        (["push", "--", "--no"], [], ":36"),
        (["nonsense", "x"], [], ":4"),
        (["enclave", "stop", ""], [SampleHistory.enclave], ":36"),
    ])
    func `values come newest first`(
        _ words: [String], _ expected: [String], _ directive: String
    ) async throws {
        let run = try await complete(words)
        let sorted = words.last == "" && words.contains("--label")
        #expect(sorted ? values(run).sorted() == expected.sorted() : values(run) == expected)
        #expect(run.out.hasSuffix("\(directive)\n"))
        #expect(run.err == "")
        #expect(run.status == 0)
    }

    @Test func `a description shows the age, the digest and the outcome of a push`() async throws {
        let run = try await complete(["push", "x", "myapp:v2"])
        #expect(run.out == "myapp:v2\t2 d ago, cccccccccccc, told\n:36\n")
        let failed = try await complete(["push", "x", "web:n"])
        #expect(failed.out == "web:next\t21 d ago, failed\n:36\n")
    }

    @Test func `pushes are offered by the end of the id, and full ids by their beginning`()
        async throws
    {
        let run = try await complete(["history", "show", ""])
        let all = values(run)
        #expect(all == [2, 3, 1, 0, 4, 5].map { "0000000\($0)" })
        #expect(run.out.hasPrefix("00000002\talice/myapp:v2, 2 d ago\n"))
        #expect(run.out.contains("\n00000005\talice/web:next, 21 d ago, failed\n"))
        for id in all {
            let shown = try await Run.program(
                Build.product("enclavia"), ["history", "show", "--json", id],
                environment: [
                    "ENCLAVIA_STATE_DIR": try await Self.history.value.stateDirectory
                ])
            #expect(shown.status == 0, "`show` does not take \(id): \(shown.err)")
            let whole = try #require(try shown.object()["id"] as? String)
            let typed = String(whole.prefix(13))
            #expect(values(try await complete(["history", "show", typed])) == [whole])
        }
        let notified = values(try await complete(["notify", all[0], ""]))
        #expect(notified == Array(all.dropFirst()), "a push that is already named is offered again")
    }

    @Test func `an option is offered once, unless it may be repeated`() async throws {
        let options = values(try await complete(["push", "--quiet", "--label", "a=b", "--"]))
        #expect(options.contains("--label"))
        #expect(options.contains("--json"))
        #expect(!options.contains("--quiet"))
    }

    @Test func `an image is offered once, as it was typed before or as the engine lists it`()
        async throws
    {
        let history = try await SampleHistory([
            .init(image: "myapp"), .init(tag: "v2", image: "my:dev", daysAgo: 3),
        ])
        let engine = try StubEngine(
            "\(history.folder.path)/engine.sock",
            images: ["myapp:latest", "myapp:dev", "my:latest", "my:dev", "other:latest"])
        let run = try await complete(
            ["push", "my"],
            environment: [
                "ENCLAVIA_STATE_DIR": history.stateDirectory,
                "DOCKER_HOST": "unix://\(engine.path)",
            ])
        #expect(values(run) == ["myapp", "my:dev", "myapp:dev", "my:latest"])
        engine.end()
    }

    @Test func `no control sequence is printed`() async throws {
        for words in [["enclave", "stop", ""], ["push", ""], ["push", "--label", "note="]] {
            let run = try await complete(words)
            let unsafe = run.out.unicodeScalars.filter {
                ($0.value < 0x20 && $0 != "\n" && $0 != "\t") || $0.value == 0x202E
            }
            #expect(unsafe.isEmpty, "\(run.out)")
        }
    }

    @Test func `the newest 200 values are offered, the first and the last, and a message`()
        async throws
    {
        let tags = (0..<300).map { "t1\($0)" } + ["t0", "t2"]
        let pushes = tags.enumerated().map { SampleHistory.Push(tag: $1, daysAgo: $0 + 1) }
        let history = try await SampleHistory(pushes)
        let state = ["ENCLAVIA_STATE_DIR": history.stateDirectory]
        let run = try await complete(["push", "x", "myapp:"], environment: state)
        #expect(values(run) == (tags.prefix(200) + ["t0", "t2"]).map { "myapp:\($0)" })
        let message = "_activeHelp_ not all matches are listed: type more to narrow them down"
        #expect(run.out.hasSuffix("\n\(message)\n:36\n"))
        let few = try await complete(["push", "x", "myapp:t10"], environment: state)
        #expect(values(few) == ["myapp:t10"])
        #expect(!few.out.contains(message))
    }

    @Test(arguments: [
        (["PU"], ["push"]), (["tory"], ["history"]), (["push", "--NO-N"], ["--no-notify"]),
        (["push", "x", "MYA"], ["myapp:"]),
        (["push", "x", "Alice/MYapp:LAT"], ["alice/myapp:latest"]),
        (["push", "x", "pp:lat"], ["myapp:latest"]),
        (["push", "x", "app:v"], ["myapp:v2", "myapp:v1"]),
        (["push", "x", "alice/to"], ["alice/mytool:"]), (["history", "at", "WEB:P"], ["web:prod"]),
        (["history", "at", "Registry.Example.com/ALICE/we"], ["registry.example.com/alice/web:"]),
        (["history", "--repository", "eb"], ["web"]), (["history", "--tag", "EST"], ["latest"]),
        (["history", "--host", "OS"], ["host"]), (["history", "--user", "US"], ["user"]),
        (["history", "--label", "ENV=P"], ["env=prod"]),
        (["history", "--label", "env=ROD"], ["env=prod"]),
        (["history", "--outcome", "ceed"], ["succeeded"]),
        (["history", "--digest", "CCC"], [String(SampleHistory.digest("c").dropFirst(7))]),
        (["history", "show", "SHA256:CC"], [SampleHistory.digest("c")]),
        (["push", "MYT"], ["mytool:x"]), (["push", "tool:"], ["mytool:x"]),
        (["enclave", "stop", "9B2"], [SampleHistory.enclave]),
        // What begins with the word rules.
        (["push", "x", "myapp:v"], ["myapp:v2", "myapp:v1"]), (["push", "x", "zz"], []),
    ])
    func `where nothing begins with the word, case and place do not matter`(
        _ words: [String], _ expected: [String]
    ) async throws {
        #expect(values(try await complete(words)) == expected)
    }
}
