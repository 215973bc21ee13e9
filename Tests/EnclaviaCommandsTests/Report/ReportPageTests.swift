import EnclaviaCommands
import Testing

struct ReportPageTests {
    @Test func `the policy comes first, and allows nothing but the styles of the page`()
        async throws
    {
        let outline = try #require(try await ReportOutline.all([ReportSample.full]).first)
        #expect(outline.metas.first == "charset=utf-8")
        #expect(
            outline.metas[1] == "http-equiv=Content-Security-Policy content=default-src 'none'; "
                + "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'")
        #expect(outline.metas.contains("name=referrer content=no-referrer"))
        let names = Set(outline.elements.compactMap { $0.split(separator: " ").first })
        #expect(
            names.isDisjoint(with: ["script", "link", "img", "iframe", "object", "form", "base"]))
        #expect(!outline.elements.contains { $0.contains(" on") })
    }

    @Test func `a section without facts does not repeat those of the report`() throws {
        let document = ReportDocument(
            title: "Pushes", facts: [ReportFact("Only", "once")],
            sections: [ReportSection(id: "one", heading: "One"), .init(id: "two", heading: "Two")])
        let html = try ReportPage(document).html()
        #expect(html.split(separator: "Only", omittingEmptySubsequences: false).count == 2)
    }

    @Test func `a table without rows says so, and has no note of another`() throws {
        let columns = [ReportTable.Column(title: "When"), .init(title: "Count", isNumber: true)]
        let document = ReportDocument(
            title: "Pushes", facts: [],
            sections: [
                ReportSection(
                    id: "one", heading: "One",
                    tables: [
                        ReportTable(caption: "First", columns: columns, rows: [], note: "a note"),
                        ReportTable(caption: "Second", columns: columns, rows: [["now", "1"]]),
                    ])
            ])
        let html = try ReportPage(document).html()
        #expect(html.contains(#"<td class="none" colspan="2">nothing</td>"#))
        #expect(html.split(separator: #"<p class="note">"#).count == 2)
        #expect(
            html.contains(#"<th scope="row"><div>now</div></th><td class="number"><div>1</div>"#))
    }

    @Test func `a report without sections is a page`() throws {
        let html = try ReportPage(ReportSample.empty).html()
        #expect(html.contains("<h1>Pushes</h1>") && html.hasSuffix("</html>\n"))
    }
}
