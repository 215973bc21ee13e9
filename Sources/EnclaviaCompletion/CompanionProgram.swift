import CVersion
import EnclaviaBase
import Glibc

/// The two programs of one version, `enclavia` and `enclavia-complete`, as they are built and installed together.
package enum CompanionProgram {
    /// Whether the `enclavia` of this `enclavia-complete` has its version. An upgrade may have replaced only one.
    package static var hasOwnVersion: Bool {
        guard let program = ownPath.map(program) else { return false }
        return version(of: program) == ENCLAVIA_VERSION
    }

    /// The paths at which the scripts look for `enclavia-complete`, from that of `enclavia`: where it is built, and
    /// where it is installed.
    package static func fastPrograms(of path: String) -> [String] {
        let folder = path.split(separator: "/").dropLast()
        return [folder, folder.dropLast() + ["libexec", "enclavia"]].map { parts in
            UserDirectories.path("enclavia-complete", in: "/" + parts.joined(separator: "/"))
        }
    }

    /// The path of `enclavia`, from that of `enclavia-complete`: beside it, as in the build folder, or in `bin` where
    /// this is `libexec/enclavia/enclavia-complete`.
    package static func program(of path: String) -> String {
        let parts = path.split(separator: "/").dropLast()
        guard parts.suffix(2) == ["libexec", "enclavia"] else {
            return UserDirectories.path("enclavia", in: "/" + parts.joined(separator: "/"))
        }
        return UserDirectories.path(
            "bin/enclavia", in: "/" + parts.dropLast(2).joined(separator: "/"))
    }

    /// The path of this program; `nil` where `/proc` is not mounted.
    package static var ownPath: String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        return count > 0 ? String(native: buffer) : nil
    }

    /// The version in the note of a program; `nil` where it has none.
    package static func version(of path: String) -> String? {
        let file = open(path.native, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { return nil }
        defer { close(file) }
        // The linker puts notes after the program headers, before everything else.
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(file, &bytes, bytes.count)
        return count > 0 ? ProgramNote.version(in: Array(bytes.prefix(count))) : nil
    }
}

/// The note of Sources/CVersion in an ELF file of 64 bits.
///
/// Source: System V ABI, chapters "ELF Header", "Program Header" and "Note Section".
package enum ProgramNote {
    private static let owner = Array("Enclavia\0".utf8)
    /// `PT_NOTE`
    private static let noteSegment: UInt64 = 4

    /// The version, `nil` where the file has no such note.
    ///
    /// - Parameter bytes: the beginning of the file.
    package static func version(in bytes: [UInt8]) -> String? {
        let reader = LittleEndian(bytes)
        guard
            bytes.starts(with: [
                0x7F, UInt8(ascii: "E"), UInt8(ascii: "L"), UInt8(ascii: "F"), 2, 1,
            ]),
            let headers = reader.integer(at: 32, 8), let size = reader.integer(at: 54, 2),
            let count = reader.integer(at: 56, 2), headers <= 4096, size >= 56, count <= 64
        else { return nil }
        for index in 0..<count {
            let header = Int(headers + index * size)
            guard let kind = reader.integer(at: header, 4) else { return nil }
            guard kind == noteSegment, let start = reader.integer(at: header + 8, 8),
                let length = reader.integer(at: header + 32, 8), start <= 4096, length <= 4096,
                start + length <= UInt64(bytes.count)
            else { continue }
            if let version = version(in: bytes[Int(start)..<Int(start + length)]) { return version }
        }
        return nil
    }

    private static func version(in notes: ArraySlice<UInt8>) -> String? {
        var rest = notes
        while rest.count >= 12 {
            let reader = LittleEndian(Array(rest.prefix(12)))
            guard let name = reader.integer(at: 0, 4), let description = reader.integer(at: 4, 4),
                name <= 64, description <= 4096
            else { return nil }
            let body = rest.dropFirst(12)
            let text = body.dropFirst(Int(name + 3) / 4 * 4).prefix(Int(description))
            if body.prefix(Int(name)).elementsEqual(owner) {
                return String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
            }
            rest = rest.dropFirst(12 + Int(name + 3) / 4 * 4 + Int(description + 3) / 4 * 4)
        }
        return nil
    }
}

/// Reads integers of a file's beginning.
private struct LittleEndian {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// `nil` past the end.
    func integer(at offset: Int, _ width: Int) -> UInt64? {
        guard offset >= 0, offset + width <= bytes.count else { return nil }
        return bytes[offset..<offset + width].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
