import EnclaviaSystem
import Glibc
import SystemPackage
import TestSupport
import Testing

struct OwnershipTests {
    private let folder: Folder
    private let path: FilePath

    init() throws {
        folder = try Folder()
        path = FilePath(folder.path).appending("it")
    }

    /// What is at ``path``.
    enum Thing: CaseIterable {
        case file, openFile, readableFile, directory, openDirectory, stickyDirectory, link, pipe

        func make(_ path: FilePath) {
            switch self {
            case .file: close(creat(path.string, 0o600))
            case .openFile, .readableFile: close(creat(path.string, 0o600))
            case .directory, .openDirectory, .stickyDirectory: mkdir(path.string, 0o700)
            case .link: symlink("/etc/passwd", path.string)
            case .pipe: mkfifo(path.string, 0o600)
            }
            switch self {
            case .openFile: chmod(path.string, 0o620)
            case .readableFile: chmod(path.string, 0o644)
            case .openDirectory: chmod(path.string, 0o770)
            case .stickyDirectory: chmod(path.string, 0o1777)
            case .file, .directory, .link, .pipe: break
            }
        }
    }

    private func fault(
        _ check: (Stat) throws(OwnershipFault) -> Void
    ) throws -> OwnershipFault? {
        let status = try #require(path.status)
        do throws(OwnershipFault) {
            try check(status)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: Thing.allCases) func `a file to write must be a regular file of this user`(
        _ thing: Thing
    ) throws {
        thing.make(path)
        let expected: OwnershipFault? =
            switch thing {
            case .file, .openFile, .readableFile: nil
            case .directory, .openDirectory, .stickyDirectory, .pipe: .notRegular
            case .link: .symbolicLink
            }
        #expect(
            try fault { status throws(OwnershipFault) in try status.checkOwnFile() } == expected)
    }

    @Test(arguments: Thing.allCases) func `a trusted file must not be writable by others`(
        _ thing: Thing
    ) throws {
        thing.make(path)
        let expected: OwnershipFault? =
            switch thing {
            case .file, .readableFile: nil
            case .openFile: .writable
            case .directory, .openDirectory, .stickyDirectory, .pipe, .link: .notRegular
            }
        let found = try fault { status throws(OwnershipFault) in try status.checkTrustedFile() }
        #expect(found == expected)
    }

    @Test(arguments: Thing.allCases, [false, true])
    func `in a trusted directory others must not be able to replace files`(
        _ thing: Thing, allowsSticky: Bool
    ) throws {
        thing.make(path)
        let expected: OwnershipFault? =
            switch thing {
            case .file, .openFile, .readableFile, .pipe, .link: .notDirectory
            case .directory: nil
            case .openDirectory: .writable
            case .stickyDirectory: allowsSticky ? nil : .writable
            }
        let found = try fault { status throws(OwnershipFault) in
            try status.checkDirectory(of: .thisUser, allowsSticky: allowsSticky)
        }
        #expect(found == expected)
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give a file away"))
    func `a directory of another user is refused, and the error has the user id`() throws {
        Thing.directory.make(path)
        #expect(chown(path.string, 12_345, 12_345) == 0)
        for owner in [Owner.thisUser, .thisUserOrRoot] {
            let found = try fault { status throws(OwnershipFault) in
                try status.checkDirectory(of: owner)
            }
            #expect(found == .otherOwner(uid: 12_345))
        }
        let found = try fault { status throws(OwnershipFault) in
            try status.checkDirectory(of: .anyone)
        }
        #expect(found == nil)
    }
}
