import CVersion
import EnclaviaCompletion
import Foundation
import TestSupport
import Testing

/// Which `enclavia` an `enclavia-complete` belongs to, and what version a program says it has.
struct CompanionProgramTests {
    @Test(arguments: [
        ("/b/release/enclavia-complete", "/b/release/enclavia"),
        ("/usr/libexec/enclavia/enclavia-complete", "/usr/bin/enclavia"),
        ("/libexec/enclavia/enclavia-complete", "/bin/enclavia"),
        ("/enclavia-complete", "/enclavia"),
        ("/opt/enclavia/enclavia-complete", "/opt/enclavia/enclavia"),
    ])
    func `the program is beside it, or in bin where it is in libexec`(
        _ fast: String, _ program: String
    ) {
        #expect(CompanionProgram.program(of: fast) == program)
        #expect(CompanionProgram.fastPrograms(of: program).contains(fast))
    }

    @Test(arguments: ["enclavia", "enclavia-complete"])
    func `each program of this build says its version`(_ name: String) async throws {
        let path = Build.product(name)
        #expect(CompanionProgram.version(of: path) == ENCLAVIA_VERSION)
        let folder = try Folder()
        let stripped = "\(folder.path)/\(name)"
        let run = try await Run.program("strip", ["-o", stripped, path])
        try #require(run.status == 0, "\(run.err)")
        #expect(CompanionProgram.version(of: stripped) == ENCLAVIA_VERSION)
    }

    @Test func `other files have no version`() throws {
        for path in ["/bin/true", "/bin/sh", "/dev/null", "/", "/nonexistent/enclavia"] {
            #expect(CompanionProgram.version(of: path) == nil)
        }
    }

    @Test func `no beginning of a program is misread or ends the process`() throws {
        let file = try #require(FileHandle(forReadingAtPath: Build.product("enclavia-complete")))
        let head = [UInt8](try #require(try file.read(upToCount: 4096)))
        try #require(ProgramNote.version(in: head) == ENCLAVIA_VERSION)
        for count in stride(from: 0, to: head.count, by: 7) {
            let version = ProgramNote.version(in: Array(head.prefix(count)))
            #expect(version == nil || version == ENCLAVIA_VERSION)
        }
        var generator = SeededRandom(seed: 21)
        for _ in 0..<20_000 {
            var bytes = head
            for _ in 0...3 {
                let index = Int.random(in: 0..<1024, using: &generator)
                bytes[index] = UInt8.random(in: 0...255, using: &generator)
            }
            _ = ProgramNote.version(in: bytes)
        }
    }
}
