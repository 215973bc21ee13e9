import EnclaviaCore
import EnclaviaEngine
import Foundation
import TestSupport
import Testing

/// Podman, under its own name and under that of `docker`.
struct PodmanTests {
    enum Disguise: CaseIterable {
        case none
        /// As the package podman-docker installs it.
        case script
        case link
    }

    /// A machine whose podman stores everything in the machine's own directory.
    static func machine(_ lab: EngineLab, program: String) async throws -> Machine {
        var machine = try Machine(lab, program: program)
        machine.environment["DOCKER_HOST"] = nil
        try machine.files.write(
            """
            [storage]
            driver = "vfs"
            graphroot = "\(machine.files.path("graph"))"
            runroot = "\(machine.files.path("run"))"
            """, to: "storage.conf")
        machine.environment["CONTAINERS_STORAGE_CONF"] = machine.files.path("storage.conf")
        machine.environment["TMPDIR"] = machine.files.root
        try await Shell.run(
            """
            head -c 5000 /dev/urandom > content && tar -c content | podman import \
            --change 'LABEL org.opencontainers.image.revision=3f9a1c' - localhost/app:v1
            """, environment: machine.environment, directory: machine.files.root)
        return machine
    }

    @Test(
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/podman")),
        arguments: Disguise.allCases)
    func `podman pushes as docker does`(disguise: Disguise) async throws {
        let lab = try await EngineLab.shared
        let program = disguise == .none ? "podman" : "docker"
        let machine = try await Self.machine(lab, program: program)
        switch disguise {
        case .none: break
        case .script:
            try machine.files.write(
                "#!/bin/sh\nexec /usr/bin/podman \"$@\"\n", to: "bin/docker", isProgram: true)
        case .link:
            try FileManager.default.createSymbolicLink(
                atPath: machine.files.path("bin/docker"), withDestinationPath: "/usr/bin/podman")
        }
        let engine = machine.engine
        let before = try machine.files.snapshot("home")

        let inspection = try await engine.inspect("app:v1")
        #expect(inspection.engine.name == "podman")
        #expect(inspection.image.revision == "3f9a1c")
        #expect(Digest(inspection.image.id) != nil)
        #expect(
            inspection.store == .podman(mediaType: "application/vnd.oci.image.manifest.v1+json"))
        await #expect(
            throws: EngineError.imageNotFound(image: "ap:v1", nearest: ["localhost/app:v1"])
        ) {
            try await engine.inspect("ap:v1")
        }

        let reference = lab.reference("podman-\(disguise)")
        let session = try await engine.openSession(for: lab.registry)
        try await session.login(handle: EngineLab.handle, password: lab.password)
        try await session.tag(inspection.image.id, as: reference)
        let digest = try await session.push(inspection.image.id, as: reference) { _ in }
        await session.close()
        #expect(digest != nil)
        #expect(try machine.orphanedCredentials.isEmpty)
        #expect(try machine.files.snapshot("home") == before)
        let stored = try await Shell.run(
            "podman image inspect --format '{{.Digest}}' localhost/app:v1",
            environment: machine.environment)
        #expect(stored.hasPrefix("sha256:"))
    }
}
