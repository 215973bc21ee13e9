import Foundation
import TestSupport
import Testing

/// `make deb` and `make install`, of the program that was built.
@Suite(.serialized) struct PackageTests {
    private static let package = Task {
        let folder = try Folder()
        let deb = "\(folder.path)/deb"
        let run = try await make(["deb", "DEB=\(deb)"])
        try #require(run.status == 0, "\(run.out)\n\(run.err)")
        let names = try FileManager.default.contentsOfDirectory(atPath: deb)
        let name = try #require(names.first { $0.hasSuffix(".deb") })
        return (folder: folder, path: "\(deb)/\(name)")
    }

    /// Runs make without building, which is done already, and would wait for these tests.
    private static func make(_ arguments: [String]) async throws -> Run {
        let build = (Build.product("enclavia") as NSString).deletingLastPathComponent
        return try await Run.program(
            "make", ["-C", Build.root, "-o", "build", "BUILD=\(build)"] + arguments)
    }

    private func installed(_ command: [String], input: String = "") async throws -> Run {
        let package = try await Self.package.value
        return try await Run.program(
            "\(Build.root)/Tests/Shells/Drivers/installed.sh", [package.path] + command,
            environment: ["HOME": package.folder.path], input: input)
    }

    @Test func `lintian finds no error`() async throws {
        let package = try await Self.package.value
        let run = try await Run.program(
            "lintian", ["--allow-root", "--fail-on", "error", package.path])
        #expect(run.status == 0, "\(run.out)\n\(run.err)")
    }

    @Test(.enabled(if: getuid() == 0, "it needs root"))
    func `an installed manual page reads`() async throws {
        let run = try await installed(["sh", "-c", "man -w enclavia; man enclavia | col -b"])
        #expect(run.status == 0, "\(run.err)")
        #expect(run.out.hasPrefix("/usr/share/man/man1/enclavia.1.gz\n"), "\(run.out)")
        #expect(run.out.contains("--json"))
    }

    @Test(
        .enabled(if: getuid() == 0, "it needs root"),
        arguments: [
            (["bash", "--norc", "-i"], [Terminal.bashPackage]),
            (["zsh", "-f", "-i"], ["autoload -Uz compinit; compinit -D -u"]), (["fish", "-i"], []),
        ])
    func `a new shell completes what is installed`(
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

    @Test func `the engines of Debian and of Docker are both good enough`() async throws {
        let package = try await Self.package.value
        let run = try await Run.program("dpkg-deb", ["--field", package.path, "Recommends"])
        #expect(run.out == "docker.io | docker-ce | docker-ce-cli | podman\n")
    }

    /// A tree whose program is older than its sources, and whose compiler builds one that says "new".
    private func staleTree(owner: String) async throws -> Folder {
        let folder = try Folder()
        let say = { (word: String) in "#!/bin/sh\necho \(word)\n" }
        try folder.write(say("old"), to: ".build/release/enclavia", mode: 0o755)
        try folder.write(
            "#!/bin/sh\nprintf '\(say("new"))' >.build/release/enclavia\n", to: "bin/swift",
            mode: 0o755)
        // What is no ELF file cannot be stripped.
        try folder.write(
            "#!/bin/sh\nfor word; do [ \"$word\" = -s ] || set -- \"$@\" \"$word\"; shift; done\n"
                + "exec /usr/bin/install \"$@\"\n", to: "bin/install", mode: 0o755)
        let run = try await Run.shell(
            """
            cp -r '\(Build.root)'/{Makefile,Package.swift,completions,man} . && mkdir Sources
            touch -d '1 hour ago' .build/release/enclavia && chown \(owner) .build/release/enclavia
            touch Sources/New.swift
            """, directory: folder.path)
        try #require(run.status == 0, "\(run.err)")
        return folder
    }

    @Test(.enabled(if: getuid() == 0, "it needs root"), arguments: ["root", "nobody"])
    func `root never installs a program that is older than its sources`(
        _ owner: String
    ) async throws {
        let tree = try await staleTree(owner: owner)
        let install = { (makeOptions: String) in
            try await Run.shell(
                "PATH=$PWD/bin:$PATH make -s \(makeOptions) install DESTDIR=$PWD/root"
                    + " && root/usr/local/bin/enclavia", directory: tree.path)
        }
        let run = try await install("-j2")
        if owner == "root" {
            #expect(run.out == "new\n", "\(run.err)")
            return
        }
        #expect(run.status != 0 && run.out == "")
        #expect(run.err.contains("is newer than the program: run make as nobody"), "\(run.err)")
        let fresh = try await Run.shell("touch .build/release/enclavia", directory: tree.path)
        try #require(fresh.status == 0)
        // What the user built is installed as it is.
        #expect(try await install("").out == "old\n")
    }

    @Test func `make install and uninstall leave nothing behind`() async throws {
        let folder = try Folder()
        let place = ["DESTDIR=\(folder.path)/root", "PREFIX=/opt/enclavia"]
        let install = try await Self.make(["install"] + place)
        #expect(install.status == 0, "\(install.err)")
        let root = "\(folder.path)/root/opt/enclavia"
        for path in [
            "bin/enclavia", "share/bash-completion/completions/enclavia",
            "share/zsh/site-functions/_enclavia", "share/fish/vendor_completions.d/enclavia.fish",
            "share/man/man1/enclavia-push.1", "share/man/man5/enclavia-history.5",
        ] {
            #expect(FileManager.default.fileExists(atPath: "\(root)/\(path)"), "no \(path)")
        }
        let version = try await Run.program("\(root)/bin/enclavia", ["--version"])
        #expect(version.status == 0)
        let uninstall = try await Self.make(["uninstall"] + place)
        #expect(uninstall.status == 0, "\(uninstall.err)")
        let rest = try await Run.program("find", [root, "-type", "f"])
        #expect(rest.out == "")
    }
}
