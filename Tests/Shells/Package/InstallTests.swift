import Foundation
import TestSupport
import Testing

/// `make install` of the program that was built.
@Suite struct InstallTests {
    /// A source tree with an outdated program, and with a compiler whose program prints "new".
    private func staleTree(owner: String) async throws -> Folder {
        let folder = try Folder()
        let say = { (word: String) in "#!/bin/sh\necho \(word)\n" }
        try folder.write(say("old"), to: ".build/release/enclavia", mode: 0o755)
        try folder.write(say("old"), to: ".build/release/enclavia-complete", mode: 0o755)
        try folder.write(
            "#!/bin/sh\nprintf '\(say("new"))' >.build/release/enclavia\n", to: "bin/swift",
            mode: 0o755)
        // Only an ELF file can be stripped.
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
        // A program that is up to date is installed as it is.
        #expect(try await install("").out == "old\n")
    }

    @Test func `make install and uninstall leave nothing behind`() async throws {
        let folder = try Folder()
        let place = ["DESTDIR=\(folder.path)/root", "PREFIX=/opt/enclavia"]
        let install = try await Build.make(["install"] + place)
        #expect(install.status == 0, "\(install.err)")
        let root = "\(folder.path)/root/opt/enclavia"
        for path in [
            "bin/enclavia", "bin/docker-credential-enclavia", "libexec/enclavia/enclavia-complete",
            "share/bash-completion/completions/enclavia",
            "share/zsh/site-functions/_enclavia", "share/fish/vendor_completions.d/enclavia.fish",
            "share/enclavia/carapace/enclavia.yaml",
            "share/man/man1/enclavia-push.1",
            "share/man/man1/docker-credential-enclavia.1", "share/man/man5/enclavia-history.5",
        ] {
            #expect(FileManager.default.fileExists(atPath: "\(root)/\(path)"), "no \(path)")
        }
        let version = try await Run.program("\(root)/bin/enclavia", ["--version"])
        #expect(version.status == 0)
        let reply = try await Run.program(
            "\(root)/libexec/enclavia/enclavia-complete", ["hist"],
            environment: ["HOME": folder.path])
        #expect(reply.out == "history\tList and query past pushes.\n:4\n")
        let helper = try await Run.program("\(root)/bin/docker-credential-enclavia", ["version"])
        #expect(helper.out == "docker-credential-enclavia (enclavia) \(version.out)")
        let moved = try await Run.shell(
            "mv opt moved && moved/enclavia/bin/docker-credential-enclavia version && mv moved opt",
            directory: "\(folder.path)/root")
        #expect(moved.out == helper.out, "the link is relative")
        let uninstall = try await Build.make(["uninstall"] + place)
        #expect(uninstall.status == 0, "\(uninstall.err)")
        let rest = try await Run.program(
            "find",
            [
                root, "-type", "f", "-o", "-type", "l", "-o", "-path", "*/libexec/*", "-o",
                "-path", "*/share/enclavia*",
            ])
        #expect(rest.out == "")
    }

    @Test(arguments: ["/usr/local", "/usr/local/"])
    func `fish's script of an earlier version is uninstalled, too`(_ prefix: String) async throws {
        let folder = try Folder()
        let old = "usr/local/share/fish/vendor_completions.d/enclavia.fish"
        let place = ["DESTDIR=\(folder.path)", "PREFIX=\(prefix)"]
        let install = try await Build.make(["-s", "install-files"] + place)
        try #require(install.status == 0, "\(install.err)")
        let current = "\(folder.path)/etc/fish/completions/enclavia.fish"
        #expect(FileManager.default.fileExists(atPath: current))
        try folder.write("# old\n", to: old)
        let uninstall = try await Build.make(["uninstall"] + place)
        #expect(uninstall.status == 0, "\(uninstall.err)")
        for path in [current, "\(folder.path)/\(old)"] {
            #expect(!FileManager.default.fileExists(atPath: path), "\(path)")
        }
    }

    /// bash replaces the `~` of an argument such as `PREFIX=~/.local`; other shells pass it on.
    @Test(arguments: ["bash", "dash", "fish", "zsh"], ["~/.local", "'~/.local'", "\"~/.local\""])
    func `a prefix in the home directory is found from every shell`(
        _ shell: String, _ prefix: String
    ) async throws {
        let make = "make \(Build.makeOptions.map { "'\($0)'" }.joined(separator: " "))"
        let run = try await Run.program(
            shell, ["-c", "\(make) -n install-files PREFIX=\(prefix)"],
            environment: ["HOME": "/home/a b"])
        #expect(run.status == 0, "\(run.err)")
        #expect(run.out.contains(" \"/home/a b/.local/bin/enclavia\"\n"), "\(run.out)")
        #expect(!run.out.contains("~"))
    }

    @Test(arguments: [
        ("PREFIX=~", "/home/a/bin/enclavia"), ("DESTDIR=~", "/home/a/usr/local/bin/enclavia"),
        ("DESTDIR=~/stage", "/home/a/stage/usr/local/bin/enclavia"),
        ("DESTDIR=stage", "stage/usr/local/bin/enclavia"), ("PREFIX=", "/bin/enclavia"),
        ("PREFIX=/opt/~/x", "/opt/~/x/bin/enclavia"),
        ("PREFIX=~/a  b", "/home/a/a  b/bin/enclavia"),
        ("PREFIX=~/a  b/", "/home/a/a  b/bin/enclavia"), ("PREFIX=/", "/bin/enclavia"),
        ("PREFIX=//opt//x//", "/opt/x/bin/enclavia"),
    ])
    func `a folder is used as it was given`(_ argument: String, _ program: String) async throws {
        let run = try await Run.program(
            "make", Build.makeOptions + ["-n", "install-files", argument],
            environment: ["HOME": "/home/a"])
        #expect(run.status == 0, "\(run.err)")
        #expect(run.out.contains(" \"\(program)\"\n"), "\(run.out)")
    }

    @Test(arguments: ["PREFIX=~alice/.local", "PREFIX=local", "PREFIX=./local", "DESTDIR=~alice"])
    func `a relative prefix, or the home of a named user, is refused`(_ argument: String)
        async throws
    {
        let run = try await Build.make(["install", argument])
        let (name, value) = (argument.prefix { $0 != "=" }, argument.drop { $0 != "=" }.dropFirst())
        let rule = name == "PREFIX" ? "an absolute path" : "a path"
        #expect(run.status == 2)
        #expect(run.err.contains("*** \(name) must be \(rule), not '\(value)'."), "\(run.err)")
    }
}
