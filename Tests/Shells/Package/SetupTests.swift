import Foundation
import TestSupport
import Testing

/// `make setup` on a machine with a fake package manager that does what Debian's packages of
/// services do: it enables them, and starts them unless policy-rc.d denies it.
struct SetupTests {
    /// A machine in a folder.
    private struct Machine {
        let folder: Folder
        var root: String { "\(folder.path)/root" }
        var policy: String { "\(root)/usr/sbin/policy-rc.d" }

        init(programs: [String] = [], apt ending: String = "exit 0") throws {
            folder = try Folder()
            let wants = "etc/systemd/system/multi-user.target.wants"
            for directory in [wants, "etc/rc2.d", "usr/sbin", "run"] {
                try FileManager.default.createDirectory(
                    atPath: "\(root)/\(directory)", withIntermediateDirectories: true)
            }
            try FileManager.default.createSymbolicLink(
                atPath: "\(root)/\(wants)/own.service", withDestinationPath: "/lib/own.service")
            try program("dpkg-query", "exit 1")
            try program("sudo", "exec \"$@\"")
            try program("update-rc.d", "rm '\(root)'/etc/rc2.d/S01\"$1\"")
            try program(
                "apt-get",
                """
                echo "$*" >>'\(folder.path)/calls'
                [ "$1" = update ] && exit
                '\(policy)'; echo $? >'\(folder.path)/policy-status'
                ln -s /lib/new.service '\(root)/\(wants)/new.service'
                ln -s ../init.d/new '\(root)/etc/rc2.d/S01new'
                \(ending)
                """)
            for name in programs { try program(name, "exit 0") }
        }

        private func program(_ name: String, _ script: String) throws {
            try folder.write("#!/bin/sh\n\(script)\n", to: "bin/\(name)", mode: 0o755)
        }

        /// Runs the script with `needed` on its standard input, with the folder of the fake programs before a path
        /// that has no engine.
        func setUp(_ needed: String) async throws -> Run {
            let tools = "\(folder.path)/tools"
            if !FileManager.default.fileExists(atPath: tools) {
                try FileManager.default.createDirectory(
                    atPath: tools, withIntermediateDirectories: false)
                for tool in [
                    "sh", "cat", "find", "flock", "grep", "id", "mktemp", "mv", "rm", "ln", "chmod",
                    "tr", "env",
                ] {
                    try FileManager.default.createSymbolicLink(
                        atPath: "\(tools)/\(tool)", withDestinationPath: "/usr/bin/\(tool)")
                }
            }
            let script = try String(
                contentsOfFile: "\(Build.root)/Tests/Support/install-packages.sh", encoding: .utf8)
            // The engines of this machine are where the script looks for daemons.
            let copy = try folder.write(
                script.replacingOccurrences(
                    of: "PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin\n", with: ""),
                to: "install-packages.sh")
            return try await Run.program(
                "/bin/sh", [copy],
                environment: ["PATH": "\(folder.path)/bin:\(tools)", "DPKG_ROOT": root],
                input: needed)
        }

        var calls: [String] {
            let text = try? String(contentsOfFile: "\(folder.path)/calls", encoding: .utf8)
            return (text ?? "").split(separator: "\n").map(String.init)
        }

        /// The links that start services at boot.
        var enabled: Set<String> {
            let names = FileManager.default.enumerator(atPath: "\(root)/etc")?.allObjects ?? []
            return Set(
                names.compactMap { ($0 as? String)?.split(separator: "/").last.map(String.init) }
                    .filter { $0.hasSuffix(".service") || $0.hasPrefix("S01") })
        }
    }

    private static let registry = "docker-registry  the registry\n"

    @Test func `no service is started or left enabled, and no package may be removed`()
        async throws
    {
        let machine = try Machine()
        let run = try await machine.setUp(Self.registry)
        #expect(run.status == 0, "\(run.err)")
        let install = try #require(machine.calls.last)
        #expect(install.contains(" --no-remove ") && install.hasSuffix(" docker-registry"))
        let status = try String(
            contentsOfFile: "\(machine.folder.path)/policy-status", encoding: .utf8)
        #expect(status == "101\n")
        #expect(machine.enabled == ["own.service"])
        #expect(!FileManager.default.fileExists(atPath: machine.policy))
    }

    @Test(arguments: [0, 100])
    func `a machine's own policy is restored afterwards, even if nothing could be installed`(
        _ status: Int
    ) async throws {
        let machine = try Machine(apt: "exit \(status)")
        let own = "#!/bin/sh\nexit 0\n"
        try machine.folder.write(own, to: "root/usr/sbin/policy-rc.d", mode: 0o755)
        let run = try await machine.setUp(Self.registry)
        #expect(run.status == Int32(status))
        #expect(try String(contentsOfFile: machine.policy, encoding: .utf8) == own)
        #expect(machine.enabled == ["own.service"])
        let names = try FileManager.default.contentsOfDirectory(atPath: "\(machine.root)/usr/sbin")
        #expect(names == ["policy-rc.d"])
    }

    @Test(arguments: ["INT", "TERM", "HUP"])
    func `an interrupted setup removes its policy and disables new services`(_ signal: String)
        async throws
    {
        let machine = try Machine(apt: "kill -\(signal) $PPID; exit 0")
        let run = try await machine.setUp(Self.registry)
        #expect(run.status != 0)
        #expect(machine.enabled == ["own.service"])
        #expect(!FileManager.default.fileExists(atPath: machine.policy))
    }

    @Test func `a policy that is a symbolic link is neither followed nor lost`() async throws {
        let machine = try Machine()
        let target = "\(machine.folder.path)/target"
        try FileManager.default.createSymbolicLink(
            atPath: machine.policy, withDestinationPath: target)
        let run = try await machine.setUp(Self.registry)
        #expect(run.status == 0, "\(run.err)")
        #expect(
            try FileManager.default.destinationOfSymbolicLink(atPath: machine.policy) == target)
        #expect(!FileManager.default.fileExists(atPath: target))
    }

    @Test func `the policy of a killed setup is removed even if no package is missing`()
        async throws
    {
        let machine = try Machine(programs: ["dockerd"])
        try machine.folder.write(
            "#!/bin/sh\n# written by enclavia, make setup\nexit 101\n",
            to: "root/usr/sbin/policy-rc.d", mode: 0o755)
        let run = try await machine.setUp("docker.io  e\n")
        #expect(run.status == 0, "\(run.err)")
        #expect(machine.calls.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: machine.policy))
    }

    @Test func `the policy of a killed setup does not replace the machine's own`() async throws {
        let machine = try Machine()
        let own = "#!/bin/sh\nexit 0\n"
        try machine.folder.write(
            own, to: "root/usr/sbin/policy-rc.d.enclavia-saved", mode: 0o755)
        try machine.folder.write(
            "#!/bin/sh\n# written by enclavia, make setup\nexit 101\n",
            to: "root/usr/sbin/policy-rc.d", mode: 0o755)
        let run = try await machine.setUp(Self.registry)
        #expect(run.status == 0, "\(run.err)")
        #expect(try String(contentsOfFile: machine.policy, encoding: .utf8) == own)
    }

    /// `dockerd` may come from Docker's own packages, which exclude Debian's.
    @Test(
        arguments: [
            (["dockerd"], "docker.io|podman  e", nil), (["podman"], "docker.io|podman  e", nil),
            (["podman"], "docker.io  e", "docker.io"), (["dockerd"], "podman  e", "podman"),
            ([], "docker.io|podman  e", "docker.io"),
        ] as [([String], String, String?)])
    func `an engine whose program is present is not installed again`(
        _ programs: [String], _ needed: String, _ installed: String?
    ) async throws {
        let machine = try Machine(programs: programs)
        let run = try await machine.setUp(needed + "\n")
        #expect(run.status == 0, "\(run.err)")
        let package = machine.calls.last?.split(separator: " ").last.map(String.init)
        #expect(package == installed)
    }
}
