import EnclaviaCore
import EnclaviaEngine
import Foundation
import Synchronization
import TestSupport
import Testing

/// The user's own configuration of the client, in all states with which the client itself still works.
struct UserConfigurationTests {
    /// A session of a machine whose `~/.docker` a line of shell has filled.
    private struct Opened {
        let faults: [EngineConfigurationFault]
        /// The private configuration.
        let written: String
        let path: String

        init(_ script: String, sessions: Int = 1) async throws {
            let files = try TemporaryDirectory()
            for name in ["bin", "home/.docker", "runtime", "state"] {
                try files.makeDirectory(name)
            }
            try files.write("#!/bin/sh\n", to: "bin/docker", isProgram: true)
            try await Shell.run(script, directory: files.path("home/.docker"))
            let told = Mutex<[EngineConfigurationFault]>([])
            let engine = DockerEngine(
                EngineSettings(
                    environment: ["PATH": files.path("bin")], home: files.path("home"),
                    runtimeDirectory: files.path("runtime"), stateDirectory: files.path("state")),
                onConfigurationFault: { fault in told.withLock { $0.append(fault) } })
            var written = ""
            for _ in 0..<sessions {
                let session = try await engine.openSession(for: "registry.example")
                let name = try #require(
                    try FileManager.default.contentsOfDirectory(atPath: files.path("runtime")).first
                )
                written = try files.read("runtime/\(name)/config.json")
                await session.close()
            }
            self.written = written
            faults = told.withLock { $0 }
            path = files.path("home/.docker/config.json")
        }
    }

    private static let bare = #"{"auths":{"registry.example":{}}}"#

    static let unusable: [(script: String, reason: EngineConfigurationFault.Reason)] = [
        ("mkdir config.json", .notRegular),
        ("mkfifo config.json", .notRegular),
        ("ln -s /dev/zero config.json", .notRegular),
        ("ln -s config.json config.json", .unreadable("Too many levels of symbolic links")),
        ("cd ..; rmdir .docker; echo > .docker", .unreadable("Not a directory")),
        (#"printf '\357\273\277{"currentContext":"x"}' > config.json"#, .notJSON),
        (
            #"printf '{"currentContext":"x"} // mine' | sed 's/}/\/\/ mine\n}/' > config.json"#,
            .notJSON
        ),
        ("echo '{' > config.json", .notJSON), (#"printf '\0' > config.json"#, .notJSON),
        ("echo '[]' > config.json", .notJSON),
        ("echo '\"{}\"' > config.json", .notJSON),
        ("echo '{}' > config.json; truncate -s 65M config.json", .tooLarge(mebibytes: 64)),
    ]

    @Test(arguments: unusable)
    func `an unusable file is reported once and ignored`(
        script: String, reason: EngineConfigurationFault.Reason
    ) async throws {
        let opened = try await Opened(script, sessions: 2)
        #expect(opened.faults == [EngineConfigurationFault(path: opened.path, reason: reason)])
        #expect(opened.written == Self.bare)
    }

    static let harmless = [
        "true", "cd ..; rmdir .docker", "ln -s nowhere config.json", ": > config.json",
        "echo ' ' > config.json", "echo null > config.json", "echo '{\"auths\":3}' > config.json",
    ]

    @Test(arguments: harmless)
    func `a file that the client treats as an empty configuration is not reported`(script: String)
        async throws
    {
        let opened = try await Opened(script)
        #expect(opened.faults == [])
        #expect(opened.written == Self.bare)
    }

    static let wrongTypes: [(json: String, wrong: [String], kept: String)] = [
        (#"{"plugins":3,"currentContext":"x"}"#, ["plugins"], #""currentContext":"x""#),
        (#"{"currentContext":5,"plugins":{}}"#, ["currentContext"], #""plugins":{}"#),
        (
            #"{"proxies":[],"cliPluginsExtraDirs":"/x","plugins":{"a":{"b":1}}}"#,
            ["cliPluginsExtraDirs", "plugins", "proxies"], #"{"auths""#
        ),
        (
            #"{"proxies":{"default":{"httpProxy":3}},"cliPluginsExtraDirs":["/x"]}"#, ["proxies"],
            #""cliPluginsExtraDirs":["/x"]"#
        ),
    ]

    @Test(arguments: wrongTypes)
    func `values of the wrong type are reported, and the others are copied`(
        json: String, wrong: [String], kept: String
    ) async throws {
        let opened = try await Opened("printf %s '\(json)' > config.json")
        #expect(opened.faults.map(\.reason) == [.wrongTypes(wrong)])
        #expect(opened.written.contains(kept))
        for name in wrong { #expect(!opened.written.contains("\"\(name)\"")) }
    }

    @Test func `a large file, bytes that are not UTF-8 and text after the value are accepted`()
        async throws
    {
        let opened = try await Opened(
            #"""
            { printf '{"CurrentContext":"x","psFormat":"\377}\\"","filler":"'
              head -c 5000000 /dev/zero | tr '\0' a
              printf '"} trailing {'; } > config.json
            """#)
        #expect(opened.faults == [])
        #expect(opened.written.contains(#""currentContext":"x""#))
    }

    @Test func `a file that cannot be used does not hide the engine's address`() async throws {
        let files = try TemporaryDirectory()
        try files.makeDirectory(".docker/config.json")
        let host = ["DOCKER_HOST": "unix:///tmp/other.sock"]
        #expect(EngineImages.socketPath(environment: host, home: files.root) == "/tmp/other.sock")
        #expect(
            EngineImages.socketPath(environment: [:], home: files.root) == "/var/run/docker.sock")
        #expect(
            EngineImages.socketPath(environment: ["DOCKER_CONTEXT": "x"], home: files.root) == nil)
    }
}
