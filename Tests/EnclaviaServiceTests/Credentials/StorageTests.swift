import EnclaviaCore
import EnclaviaService
import EnclaviaSystem
import Foundation
import SystemPackage
import Testing

/// Storage is checked before new credentials are requested, and credentials that were issued are never lost.
struct StorageTests {
    private static let spent = "2026-08-01T11:00:00Z"

    private func credentials(
        _ url: String, _ number: Int, expires: String = spent
    ) -> String {
        #"{"access_token":"acc-\#(number)","refresh_token":"ref-\#(number)","#
            + #""expires_at":"\#(expires)","backend_url":"\#(url)"}"#
    }

    /// Conditions under which the file cannot be replaced, and how to undo them.
    enum Obstacle: CaseIterable, CustomTestStringConvertible {
        case mountedFile, immutableFile, immutableDirectory, readOnlyDirectory, fullDisk
        var testDescription: String { "\(self)" }

        func put(_ fixture: borrowing Fixture) throws {
            let (file, directory) = (fixture.path, fixture.directory)
            switch self {
            case .mountedFile:
                try fixture.sh(
                    "cp -p '\(file)' '\(fixture.root)/source'; mount --bind '\(fixture.root)/source' '\(file)'"
                )
            case .immutableFile: try fixture.sh("chattr +i '\(file)'")
            case .immutableDirectory:
                try fixture.sh(": >'\(directory)/credentials.lock'; chattr +i '\(directory)'")
            case .readOnlyDirectory:
                try fixture.sh(
                    """
                    mount --bind '\(directory)' '\(directory)'
                    mount -o remount,bind,ro '\(directory)'
                    """)
            case .fullDisk:
                try fixture.sh(
                    """
                    cp -p '\(file)' '\(fixture.root)/source'
                    mount -t tmpfs -o size=64k,mode=700 tmpfs '\(directory)'
                    cp -p '\(fixture.root)/source' '\(file)'
                    """)
            }
        }

        func remove(_ fixture: borrowing Fixture) throws {
            switch self {
            case .mountedFile: try fixture.sh("umount '\(fixture.path)'")
            case .immutableFile: try fixture.sh("chattr -i '\(fixture.path)'")
            case .immutableDirectory: try fixture.sh("chattr -i '\(fixture.directory)'")
            case .readOnlyDirectory, .fullDisk: try fixture.sh("umount '\(fixture.directory)'")
            }
        }
    }

    @Test(
        .enabled(if: geteuid() == 0, "only root can mount, and make a file immutable"),
        arguments: Obstacle.allCases)
    func `no refresh is requested if its result could not be stored`(_ obstacle: Obstacle)
        async throws
    {
        let fixture = try Fixture()
        let rotation = RefreshTests.Rotation()
        try await withStub(rotation.reply) { stub in
            let content = credentials(stub.url, 1)
            try fixture.put(content)
            try obstacle.put(fixture)
            let error = await errorOf { () async throws(BackendError) in
                try await fixture.backend().registryAccess()
            }
            let left = try fixture.content()
            try obstacle.remove(fixture)
            guard case .unauthorized(.refreshNotStorable) = error else {
                Issue.record("not refreshNotStorable: \(String(describing: error))")
                return
            }
            #expect(rotation.refreshCount == 0)
            #expect(left == content)
        }
        await fixture.transport.shutdown()
    }

    @Test(
        .enabled(if: geteuid() == 0, "only root can mount"),
        arguments: [
            "mount --bind \"$1\" \"$1\"",
            """
            mount -t tmpfs tmpfs "$2"; mkdir "$2/lower" "$2/upper" "$2/work"
            cp -p "$1/credentials.json" "$2/lower"; chmod 700 "$2/upper" "$2/lower"
            mount -t overlay -o lowerdir="$2/lower",upperdir="$2/upper",workdir="$2/work" x "$1"
            """,
        ])
    func `a refresh can be stored in a directory that is a mount point`(_ script: String)
        async throws
    {
        let fixture = try Fixture()
        let rotation = RefreshTests.Rotation()
        try await withStub(rotation.reply) { stub in
            try fixture.put(credentials(stub.url, 1))
            let beside = fixture.root.appending("beside").string
            try fixture.sh(
                "mkdir '\(beside)'; set -- '\(fixture.directory)' '\(beside)'; \(script)")
            let result = await errorOf { () async throws(BackendError) in
                try await fixture.backend().registryAccess()
            }
            let left = try fixture.content()
            try fixture.sh("umount '\(fixture.directory)'; umount '\(beside)' || true")
            #expect(result == nil)
            #expect(rotation.refreshCount == 1 && left.contains("ref-2"))
        }
        await fixture.transport.shutdown()
    }

    @Test(.enabled(if: geteuid() == 0, "only root can mount"))
    func `the mount ids of a mounted file and its directory differ`() throws {
        let fixture = try Fixture()
        try fixture.put("{}")
        let (file, directory) = (FilePath(fixture.path), FilePath(fixture.directory))
        #expect(!MountPoint.contains(file))
        #expect(MountPoint.identifier(of: file) != nil)
        #expect(MountPoint.identifier(of: file) == MountPoint.identifier(of: directory))
        try Obstacle.mountedFile.put(fixture)
        let (isMounted, identifier) = (MountPoint.contains(file), MountPoint.identifier(of: file))
        try Obstacle.mountedFile.remove(fixture)
        #expect(isMounted && identifier != MountPoint.identifier(of: directory))
    }

    /// The draft of a process that was killed between the backend's answer and the rename.
    static func putDraft(_ fixture: borrowing Fixture, _ text: String, age: TimeInterval = 0)
        throws
    {
        let draft = "\(fixture.directory)/.credentials.json.new"
        try text.write(toFile: draft, atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o600, .modificationDate: Date(timeIntervalSinceNow: -age)],
            ofItemAtPath: draft)
    }

    @Test func `new credentials in the draft of a killed process are used`() async throws {
        let fixture = try Fixture()
        let rotation = RefreshTests.Rotation(generation: 2)
        try await withStub(rotation.reply) { stub in
            try fixture.put(credentials(stub.url, 1))
            try Self.putDraft(fixture, credentials(stub.url, 2, expires: "2026-08-01T13:00:00Z"))
            let access = try await fixture.backend().registryAccess()
            #expect(access.password.reveal() == "acc-2")
            #expect(rotation.refreshCount == 0)
            #expect(try fixture.content().contains("ref-2"))
        }
        await fixture.transport.shutdown()
    }

    @Test(arguments: [0, 3600] as [TimeInterval])
    func `a draft that is incomplete, or older than the file, is not used`(
        _ age: TimeInterval
    )
        async throws
    {
        let fixture = try Fixture()
        let rotation = RefreshTests.Rotation()
        try await withStub(rotation.reply) { stub in
            try fixture.put(credentials(stub.url, 1))
            let whole = credentials(stub.url, 7, expires: "2026-08-01T13:00:00Z")
            try Self.putDraft(fixture, age == 0 ? whole + "\0\0" : whole, age: age)
            let access = try await fixture.backend().registryAccess()
            #expect(access.password.reveal() == "acc-2")
            #expect(rotation.refreshCount == 1)
            let names = try FileManager.default.contentsOfDirectory(atPath: fixture.directory)
            #expect(names.sorted() == ["credentials.json", "credentials.lock"])
        }
        await fixture.transport.shutdown()
    }

    @Test func `a draft does not replace a link`() async throws {
        let fixture = try Fixture()
        let rotation = RefreshTests.Rotation(generation: 2)
        try await withStub(rotation.reply) { stub in
            try fixture.put(credentials(stub.url, 1))
            #expect(rename(fixture.path, fixture.directory + "/real") == 0)
            #expect(symlink("real", fixture.path) == 0)
            try Self.putDraft(fixture, credentials(stub.url, 2, expires: "2026-08-01T13:00:00Z"))
            let error = await errorOf { () async throws(BackendError) in
                try await fixture.backend().registryAccess()
            }
            guard case .unauthorized(.refreshNotStorable(fixture.path, _)) = error else {
                Issue.record("not refreshNotStorable: \(String(describing: error))")
                return
            }
            let target = try FileManager.default.destinationOfSymbolicLink(atPath: fixture.path)
            #expect(target == "real" && rotation.refreshCount == 0)
        }
        await fixture.transport.shutdown()
    }
}
