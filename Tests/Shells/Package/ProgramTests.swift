import Foundation
import TestSupport
import Testing

/// The program as it is installed: stripped.
@Suite struct ProgramTests {
    private static let program = Task {
        let folder = try Folder()
        let path = "\(folder.path)/enclavia"
        let run = try await Run.program("strip", ["-o", path, Build.product("enclavia")])
        try #require(run.status == 0, "\(run.err)")
        return try Data(contentsOf: URL(filePath: path))
    }

    /// If this fails, the toolchain's ICU most likely has a new version, and Sources/CICUStubData the symbol of
    /// the old one: then the program contains the 34 MB of ICU's data again.
    @Test func `the program is small`() async throws {
        let bytes = try await Self.program.value.count
        #expect(bytes <= 47 << 20, "\(bytes) bytes")
    }

    @Test(arguments: ["\(Build.root)/", "checkouts/"])
    func `the program contains no path of its build`(_ path: String) async throws {
        let program = try await Self.program.value
        let found = program.firstRange(of: Data(path.utf8))
        let text = found.map { program[$0.lowerBound...].prefix(200).prefix { $0 >= 0x20 } }
        #expect(found == nil, "\(text.map { String(decoding: $0, as: UTF8.self) } ?? "")")
    }
}
