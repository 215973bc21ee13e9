import EnclaviaBase
import EnclaviaStore
import Foundation
import TestSupport
import Testing

/// `enclavia-complete` beside `enclavia`: the same replies, and silence where it must not answer.
@Suite struct FastProgramTests {
    private static let history = Task { try await SampleHistory() }

    private func reply(
        _ program: String, _ words: [String], _ environment: [String: String] = [:]
    ) async throws -> Run {
        let base = [
            "ENCLAVIA_STATE_DIR": try await Self.history.value.stateDirectory,
            "DOCKER_HOST": "unix:///nonexistent",
        ]
        return try await Run.program(
            program, words, environment: base.merging(environment) { $1 })
    }

    @Test(arguments: [
        ["pu"], ["push", "x", "my"], ["push", "my"], ["push", "x", "myapp:"], ["push", ""],
        ["history", "show", ""], ["history", "--user=u"], ["push", "--label", "note="],
        ["history", "--since", "y"], ["nonsense", "x"], ["push", "--digest-file", ""], [""], [],
        ["history", "--digest", "c"], ["enclave", "stop", ""], ["push", "\u{1B}"],
    ])
    func `both programs give the same reply`(_ words: [String]) async throws {
        let fast = try await reply(Build.product("enclavia-complete"), words)
        let whole = try await reply(Build.product("enclavia"), ["__complete"] + words)
        #expect(fast.out == whole.out)
        #expect(fast.err == "" && fast.status == 0)
        #expect(fast.out.hasSuffix("\n"))
    }

    @Test func `a newer schema is left to enclavia`() async throws {
        let history = try await SampleHistory()
        #expect(StoreSchema.version == Schema.version)
        let state = ["ENCLAVIA_STATE_DIR": history.stateDirectory]
        for (version, isSilent) in [(Schema.version, false), (Schema.version + 1, true)] {
            let run = try await Run.program(
                "sqlite3",
                ["\(history.stateDirectory)/history.db", "PRAGMA user_version = \(version)"])
            try #require(run.status == 0, "\(run.err)")
            let fast = try await reply(
                Build.product("enclavia-complete"), ["push", "x", "my"], state)
            #expect(fast.out.isEmpty == isSilent, "\(fast.out)")
            #expect(fast.err == "" && fast.status == 0)
            let whole = try await reply(
                Build.product("enclavia"), ["__complete", "push", "x", "my"], state)
            #expect(whole.out.hasPrefix("myapp:"))
        }
    }

    @Test func `a context of the client is left to enclavia`() async throws {
        let words = ["push", ""]
        let run = try await reply(
            Build.product("enclavia-complete"), words,
            ["DOCKER_HOST": "", "DOCKER_CONTEXT": "remote"])
        #expect(run.out == "" && run.err == "" && run.status == 0)
        let other = try await reply(
            Build.product("enclavia-complete"), ["push", "x", "my"],
            ["DOCKER_HOST": "", "DOCKER_CONTEXT": "remote"])
        #expect(other.out.hasPrefix("myapp:"), "a destination needs no engine")
    }

    /// What stands at the path of `enclavia` near a copy of `enclavia-complete`.
    enum Companion: String, CaseIterable, Sendable {
        case own, link, missing, script, otherVersion
    }

    @Test(arguments: Companion.allCases, ["bin", "libexec/enclavia"])
    func `it answers only beside the program of its own version`(
        _ companion: Companion, _ place: String
    ) async throws {
        let folder = try Folder()
        let program = "\(folder.path)/bin/enclavia"
        let fast = "\(folder.path)/\(place)/enclavia-complete"
        try folder.write("", to: "bin/.keep")
        try folder.write("", to: "\(place)/.keep")
        try FileManager.default.copyItem(
            atPath: Build.product("enclavia-complete"), toPath: fast)
        switch companion {
        case .own: try copy(to: program)
        case .link:
            try FileManager.default.createSymbolicLink(
                atPath: program, withDestinationPath: Build.product("enclavia"))
        case .missing: break
        case .script: try folder.write("#!/bin/sh\n", to: "bin/enclavia", mode: 0o755)
        case .otherVersion:
            try copy(to: program)
            let file = try #require(FileHandle(forUpdatingAtPath: program))
            let head = try #require(try file.read(upToCount: 4096))
            let note = try #require(head.firstRange(of: Data("Enclavia\0".utf8)))
            try file.seek(toOffset: UInt64(note.lowerBound + 12))
            try file.write(contentsOf: Data("9".utf8))
            try file.close()
        }
        let run = try await reply(fast, ["push", "x", "my"])
        let answers = companion == .own || companion == .link
        #expect(run.out == (answers ? try await expected() : ""))
        #expect(run.err == "" && run.status == 0)
    }

    private func copy(to path: String) throws {
        try FileManager.default.copyItem(atPath: Build.product("enclavia"), toPath: path)
    }

    private func expected() async throws -> String {
        try await reply(Build.product("enclavia"), ["__complete", "push", "x", "my"]).out
    }
}
