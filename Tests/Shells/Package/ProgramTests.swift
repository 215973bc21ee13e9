import Foundation
import TestSupport
import Testing

/// The programs as they are installed: stripped.
@Suite struct ProgramTests {
    private static let programs = Task {
        let folder = try Folder()
        var programs: [String: Data] = [:]
        for name in ["enclavia", "enclavia-complete"] {
            let path = "\(folder.path)/\(name)"
            let run = try await Run.program("strip", ["-o", path, Build.product(name)])
            try #require(run.status == 0, "\(run.err)")
            programs[name] = try Data(contentsOf: URL(filePath: path))
        }
        return programs
    }

    /// If this fails, the toolchain's ICU most likely has a new version, and Sources/CICUStubData the symbol of
    /// the old one: then the program contains the 34 MB of ICU's data again.
    @Test(arguments: [("enclavia", 47), ("enclavia-complete", 10)])
    func `the program is small`(_ name: String, _ mebibytes: Int) async throws {
        let bytes = try #require(try await Self.programs.value[name]).count
        #expect(bytes <= mebibytes << 20, "\(bytes) bytes")
    }

    @Test(arguments: ["enclavia", "enclavia-complete"], ["\(Build.root)/", "checkouts/"])
    func `the program contains no path of its build`(_ name: String, _ path: String) async throws {
        let program = try #require(try await Self.programs.value[name])
        let found = program.firstRange(of: Data(path.utf8))
        let text = found.map { program[$0.lowerBound...].prefix(200).prefix { $0 >= 0x20 } }
        #expect(found == nil, "\(text.map { String(decoding: $0, as: UTF8.self) } ?? "")")
    }
}
