import Foundation
import TestSupport
import Testing

/// `make deb` of the program that was built.
@Suite(.serialized) struct PackageTests {
    private static let package = Task {
        let folder = try Folder()
        let deb = "\(folder.path)/deb"
        let run = try await Build.make(["deb", "DEB=\(deb)"])
        try #require(run.status == 0, "\(run.out)\n\(run.err)")
        let names = try FileManager.default.contentsOfDirectory(atPath: deb)
        let name = try #require(names.first { $0.hasSuffix(".deb") })
        return (folder: folder, path: "\(deb)/\(name)")
    }

    private func installed(_ command: [String], input: String = "") async throws -> Run {
        let package = try await Self.package.value
        return try await Run.program(
            "\(Build.root)/Tests/Shells/Drivers/installed.sh", [package.path] + command,
            environment: ["HOME": package.folder.path], input: input)
    }

    @Test func `the package is small`() async throws {
        let path = try await Self.package.value.path
        let bytes = try #require(
            try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
        #expect(bytes <= 15 << 20, "\(bytes) bytes")
    }

    @Test func `lintian finds no error`() async throws {
        let package = try await Self.package.value
        let run = try await Run.program(
            "lintian", ["--allow-root", "--fail-on", "error", package.path])
        #expect(run.status == 0, "\(run.out)\n\(run.err)")
    }

    @Test(.enabled(if: getuid() == 0, "it needs root"))
    func `man shows an installed manual page`() async throws {
        let run = try await installed(["sh", "-c", "man -w enclavia; man enclavia | col -b"])
        #expect(run.status == 0, "\(run.err)")
        #expect(run.out.hasPrefix("/usr/share/man/man1/enclavia.1.gz\n"), "\(run.out)")
        #expect(run.out.contains("--json"))
    }

    @Test(.enabled(if: getuid() == 0, "it needs root"))
    func `Docker finds the installed credential helper, and its page`() async throws {
        let run = try await installed([
            "sh", "-c",
            "docker-credential-enclavia version && man docker-credential-enclavia | col -b",
        ])
        #expect(run.status == 0, "\(run.err)")
        #expect(run.out.hasPrefix("docker-credential-enclavia (enclavia) "), "\(run.out)")
        #expect(run.out.contains("store"))
    }

    @Test(
        .enabled(if: getuid() == 0, "it needs root"),
        arguments: [
            (["bash", "--norc", "-i"], [Terminal.bashPackage]),
            (["zsh", "-f", "-i"], ["autoload -Uz compinit; compinit -D -u"]), (["fish", "-i"], []),
        ])
    func `a new shell completes the installed program`(
        _ shell: [String], _ load: [String]
    ) async throws {
        let drive =
            switch shell[0] {
            case "bash": Terminal.bash().setup.suffix(3)
            case "zsh": Terminal.zsh().setup.dropFirst(2).prefix(3)
            default: Terminal.fish().setup.suffix(2)
            }
        let terminal = Terminal(shell: shell, setup: load + drive)
        let folder = try Folder()
        let package = try await Self.package.value
        let outcomes = try await terminal.run(
            [TabCase("enclavia histo", "enclavia history ")],
            environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"], directory: folder.path,
            under: ["\(Build.root)/Tests/Shells/Drivers/installed.sh", package.path])
        #expect(outcomes.first?.line == "enclavia history ")
    }

    @Test func `the package recommends an engine of Debian's or of Docker's`() async throws {
        let package = try await Self.package.value
        let run = try await Run.program("dpkg-deb", ["--field", package.path, "Recommends"])
        #expect(run.out == "docker.io | docker-ce | docker-ce-cli | podman\n")
    }
}
