import EnclaviaSystem
import Foundation
import SystemPackage
import TestSupport
import Testing

struct FileReplacementTests {
    private let folder: Folder
    private let path: FilePath

    init() throws {
        folder = try Folder()
        path = FilePath(folder.path).appending("it")
    }

    private func content() throws -> String { try BoundedFile(path, limit: 1 << 20).text }

    private func names() -> [String] { DirectoryTree.names(in: folder.path) }

    @Test func `a reader sees the old file or the new one, and no draft stays`() throws {
        try folder.write("old", to: "it", mode: 0o644)
        let old = try FileDescriptor.open(path, .readOnly)
        defer { try? old.close() }
        let before = path.status?.identity
        let durability = try FileReplacement(path).write { output in
            try output.write("n")
            try output.flush()
            #expect(try content() == "old")
            try output.write("ew")
        }
        #expect(durability == .durable)
        #expect(try content() == "new")
        #expect(try BoundedFile(old, limit: 9).text == "old")
        #expect(path.status?.identity != before)
        #expect(path.status?.permissions.rawValue == 0o600)
        #expect(names() == ["it"])
    }

    private struct Refusal: Error {}

    @Test func `a file is unchanged if writing it fails`() throws {
        try folder.write("old", to: "it")
        #expect(throws: Refusal.self) {
            _ = try FileReplacement(path).write { output in
                try output.write("half")
                throw Refusal()
            }
        }
        #expect(try content() == "old")
        #expect(names() == ["it"])
    }

    @Test(.enabled(if: geteuid() == 0, "a file can only be mounted by root"))
    func `a file that is a mount point is written in place`() async throws {
        let real = try folder.write("old and long", to: "real")
        try folder.write("", to: "it")
        try await shell("mount --bind '\(real)' '\(path)'")
        let written = Result { try FileReplacement(path).write { try $0.write("new") } }
        let (isMounted, shown) = (MountPoint.contains(path), try content())
        try await shell("umount '\(path)'")
        #expect(try written.get() == .durable)
        #expect(isMounted && shown == "new")
        #expect(try BoundedFile(FilePath(real), limit: 99).text == "new")
        #expect(names() == ["it", "real"])
    }

    private func shell(_ command: String) async throws {
        let result = try await Run.shell(command)
        try #require(result.status == 0, "\(result)")
    }
}
