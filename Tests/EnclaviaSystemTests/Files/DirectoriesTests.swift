import EnclaviaCore
import EnclaviaSystem
import Glibc
import SystemPackage
import TestSupport
import Testing

struct DirectoriesTests {
    private let folder: Folder
    private let root: FilePath

    init() throws {
        folder = try Folder()
        root = FilePath(folder.path)
    }

    @Test func `all missing directories of a path are created, for this user only`() throws {
        let umask = umask(0)
        defer { Glibc.umask(umask) }
        let path = root.appending("a").appending("b").appending("c")
        try path.makeDirectories()
        try path.makeDirectories()
        for directory in [path, path.removingLastComponent(), root.appending("a")] {
            #expect(directory.status?.permissions.rawValue == 0o700)
        }
    }

    @Test func `the error names the directory that cannot be created`() throws {
        try folder.write("", to: "file")
        let below = root.appending("file").appending("below")
        #expect(throws: FileFault(below, Errno.notDirectory)) { try below.makeDirectories() }
        #expect(throws: FileFault(below, Errno.notDirectory)) {
            try below.appending("deeper").appending("still").makeDirectories()
        }
        #expect(throws: FileFault("/proc/none", Errno.noSuchFileOrDirectory)) {
            try FilePath("/proc/none/below").makeDirectories()
        }
    }

    @Test func `names that are not UTF-8 are read, sorted, and lead to their files`() throws {
        for name in ["b", "a"] { try folder.write(name, to: name) }
        let name: [CChar] = [0x66, CChar(bitPattern: 0xE9), 0]
        let odd = root.appending(native: String(native: name))
        try FileDescriptor.makeNew(odd).close()
        #expect(throws: Errno.fileExists) { try FileDescriptor.makeNew(odd) }
        let names = DirectoryTree.names(in: folder.path)
        #expect(names == ["a", "b", String(native: name)])
        #expect(names.allSatisfy { root.appending(native: $0).status?.type == .regular })
    }

    @Test func `a link to a directory is followed only if that is allowed`() throws {
        try folder.write("", to: "directory/a")
        #expect(symlink("directory", root.appending("link").string) == 0)
        let link = root.appending("link").string
        #expect(DirectoryTree.names(in: link) == ["a"])
        #expect(DirectoryTree.names(in: link, followsLink: false) == [])
    }

    @Test func `the nearest existing directory is found`() throws {
        #expect(root.appending("a").appending("b").nearestExisting == root)
        #expect(root.nearestExisting == root)
    }

    @Test func `a file is truncated at the limit and not before`() throws {
        try folder.write("12345", to: "file")
        let file = root.appending("file")
        for (limit, text, isCutOff) in [(4, "1234", true), (5, "12345", false), (0, "", true)] {
            let read = try BoundedFile(file, limit: limit)
            #expect(read.text == text)
            #expect(read.isCutOff == isCutOff)
        }
        #expect(throws: Errno.noSuchFileOrDirectory) {
            try BoundedFile(root.appending("none"), limit: 1)
        }
    }
}
