import EnclaviaCore
import Testing

struct CheckpointTests {
    private static let hash = String(repeating: "ab", count: 32)

    private static let text = """
        enclavia-checkpoint: 1
        chain: 0190d3c8-7c1e-7000-8000-000000000001
        sequence: 42
        head: \(hash)
        time: 2026-11-23T12:00:00.000Z
        previous: none

        """

    private func fault(_ text: String) -> CheckpointFault? {
        do throws(CheckpointFault) {
            _ = try Checkpoint(Array(text.utf8))
            return nil
        } catch {
            return error
        }
    }

    @Test func `a checkpoint is six lines, which are read as they are written`() throws {
        let checkpoint = try Checkpoint(Array(Self.text.utf8))
        #expect(checkpoint.text == Self.text)
        #expect(checkpoint.sequence == 42)
        #expect(checkpoint.head == Self.hash)
        #expect(checkpoint.previous == nil)
        let next = Checkpoint(
            chain: checkpoint.chain, sequence: 43, head: Self.hash, time: checkpoint.time,
            previous: checkpoint.hash)
        #expect(next.text.hasSuffix("previous: \(checkpoint.hash)\n"))
        #expect(try Checkpoint(Array(next.text.utf8)) == next)
    }

    @Test func `the hash is the SHA-256 of the text`() throws {
        let checkpoint = try Checkpoint(Array(Self.text.utf8))
        #expect(checkpoint.hash == Digest(of: Array(Self.text.utf8)).description.dropFirst(7))
    }

    private static let faults: [(old: String, new: String, CheckpointFault)] = [
        ("\n", "\r\n", .carriageReturn), ("none\n", "none\r\n", .carriageReturn),
        ("none", "nöne", .notASCII), ("none", "none\u{0}", .notASCII),
        ("none", "\tnone", .notASCII), ("enclavia-checkpoint: 1\n", "", .noCheckpoint),
        ("enclavia-checkpoint", "Enclavia-Checkpoint", .noCheckpoint),
        ("enclavia-checkpoint", "\u{FEFF}enclavia-checkpoint", .notASCII),
        ("checkpoint: 1", "checkpoint: 2", .otherVersion("2")),
        ("checkpoint: 1", "checkpoint: 01", .otherVersion("01")),
        ("sequence: 42\n", "", .otherLine(number: 3, .sequence)),
        ("previous: none\n", "", .missingLine(.previous)),
        ("previous: none\n", "previous: none\nnote: x\n", .surplusLine),
        ("previous: none\n", "previous: none\n\n", .surplusLine),
        ("previous: none\n", "previous: none", .noNewline),
        ("sequence: 42\n", "sequence: 42\n\n", .otherLine(number: 4, .head)),
        ("sequence: 42", "sequence:42", .otherLine(number: 3, .sequence)),
        ("sequence: 42", "sequence: 0", .invalidValue(.sequence)),
        ("sequence: 42", "sequence: -1", .invalidValue(.sequence)),
        ("sequence: 42", "sequence: +42", .invalidValue(.sequence)),
        ("sequence: 42", "sequence: 042", .invalidValue(.sequence)),
        ("sequence: 42", "sequence: 42 ", .invalidValue(.sequence)),
        ("sequence: 42", "sequence: 9223372036854775808", .invalidValue(.sequence)),
        ("head: a", "head: A", .invalidValue(.head)), ("head: ab", "head: a", .invalidValue(.head)),
        ("12:00:00.000Z", "12:00:00Z", .invalidValue(.time)),
        ("12:00:00.000Z", "12:00:00.000+00:00", .invalidValue(.time)),
        ("chain: 0190d3c8", "chain: 0190D3C8", .invalidValue(.chain)),
        ("none", "None", .invalidValue(.previous)), ("none", "", .invalidValue(.previous)),
    ]

    @Test(arguments: faults.indices)
    func `any other text is refused, and why is said`(_ index: Int) {
        let (old, new, expected) = Self.faults[index]
        let text = Self.text.replacing(old, with: new)
        #expect(fault(text) == expected, "\(text)")
    }

    @Test func `an empty file and a swapped line are refused`() {
        #expect(fault("") == .missingLine(.version))
        let lines = Self.text.split(separator: "\n").map { "\($0)\n" }
        #expect(
            fault(([lines[0], lines[2], lines[1]] + lines[3...]).joined())
                == .otherLine(number: 2, .chain))
    }
}
