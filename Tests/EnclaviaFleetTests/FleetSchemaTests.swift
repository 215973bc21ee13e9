import EnclaviaCore
import EnclaviaFleet
import Foundation
import Testing

@Suite("The schema of a shared history")
struct FleetSchemaTests {
    @Test func `the table has a column for each field of the record`() throws {
        let table = try #require(
            FleetSchema.sql.firstRange(of: "CREATE TABLE enclavia.push (").map {
                FleetSchema.sql[$0.upperBound...]
            })
        let columns = table.split(separator: "\n").prefix { !$0.hasPrefix("    CHECK") }
            .compactMap { $0.split(separator: " ").first.map(String.init) }
        let fields = RecordField.all.map(\.name).filter { $0 != "schema_version" }
        #expect(columns == fields + ["chain", "seq", "ended_seq", "relayed", "writer"])
    }

    @Test func `no statement reads what psql would obey`() {
        // psql obeys a backslash outside of quotes, and interpolates a colon before a name.
        for line in FleetSchema.sql.split(separator: "\n") where !line.contains("--") {
            let outside = line.split(separator: "'", omittingEmptySubsequences: false).enumerated()
                .filter { $0.offset.isMultiple(of: 2) }.map { String($0.element) }
            #expect(!outside.contains { $0.contains("\\") }, "\(line)")
        }
    }
}
