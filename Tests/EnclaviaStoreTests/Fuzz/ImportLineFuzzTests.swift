import EnclaviaCore
import EnclaviaStore
import TestSupport
import Testing

/// Damaged record lines, read as an import reads them.
struct ImportLineFuzzTests {
    @Test func `a damaged line is refused with its number, or is a record that can be written`()
        throws
    {
        let corpus = try Fuzz.corpus("records.jsonl")
        let seeds = try Corpus(count: 20).records.map {
            Array(try JSONText.encode(PushJSON($0)).utf8)
        }
        for line in seeds { #expect(try ImportLine.record(line, number: 1) != nil) }
        let taken = try Fuzz.play(corpus + seeds, seed: 5) { bytes in
            let record: PushRecord
            do throws(ImportError) {
                guard let found = try ImportLine.record(bytes, number: 7) else { return false }
                record = found
            } catch {
                guard case .malformed(line: 7, _, let detail) = error, !detail.isEmpty else {
                    Issue.record("\(error): \(bytes)")
                    return false
                }
                return false
            }
            let text = try JSONText.encode(PushJSON(record))
            #expect(!text.utf8.contains(UInt8(ascii: "\n")))
            #expect(try ImportLine.record(Array(text.utf8), number: 1) == record)
            return true
        }
        // Some changes leave a line valid, and most do not.
        #expect((Fuzz.rounds / 100..<Fuzz.rounds / 2).contains(taken), "\(taken)")
    }
}
