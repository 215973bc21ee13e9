import Foundation
import SystemPackage

/// Files of mode 0600 that appear complete or not at all.
enum PrivateFile {
    static func write(_ text: String, to file: String) throws {
        let temporary = "\(file).\(ProcessInfo.processInfo.processIdentifier).new"
        do {
            let descriptor = try FileDescriptor.open(
                temporary, .writeOnly, options: [.create, .truncate, .noFollow],
                permissions: .ownerReadWrite)
            try descriptor.closeAfter { _ = try descriptor.writeAll(text.utf8) }
            guard rename(temporary, file) == 0 else { throw Errno(rawValue: errno) }
        } catch {
            unlink(temporary)
            throw SandboxError.cannotMake(file, reason: String(describing: error))
        }
    }
}
