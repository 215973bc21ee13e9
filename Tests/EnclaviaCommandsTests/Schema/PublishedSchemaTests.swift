import EnclaviaCommands
import EnclaviaCore
import Testing

@Suite struct PublishedSchemaTests {
    /// `schema` has no schema of its own, because it prints schemas.
    private static let without = ["SchemaCommand"]

    @Test func `a verb publishes the schema of its results`() {
        let silent = Enclavia.verbs.filter { $0.results.isEmpty }.map { "\($0)" }
        #expect(silent.sorted() == Self.without)
        #expect(Enclavia.verbs.count > 20)
    }

    @Test func `verbs that publish a schema under one name publish the same`() throws {
        var texts: [String: String] = [:]
        for schema in Enclavia.verbs.flatMap({ $0.results }) {
            let text = try JSONText.encode(schema)
            #expect(texts.updateValue(text, forKey: schema.name) ?? text == text, "\(schema.name)")
        }
    }

    @Test func `schemas are listed once each, in the declared order, with error last`() {
        let names = PublishedSchema.all.map(\.name)
        #expect(names.starts(with: PublishedSchema.order))
        #expect(names.last == "error")
        #expect(Set(names).count == names.count)
    }
}
