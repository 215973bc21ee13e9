import Mustache

/// A report as one HTML file, which has no script and requests nothing.
///
/// The templates hold all of the markup, and none of them writes a value unescaped. Text from outside is in the content of
/// elements and in quoted attributes alone.
package struct ReportPage {
    private let document: ReportDocument

    package init(_ document: ReportDocument) {
        self.document = document
    }

    /// - Throws: an error of Mustache, where a template is not valid.
    package func html() throws -> String {
        let library = try PageTemplates.library()
        guard let html = library.render(PageValues.page(document), withTemplate: "page") else {
            throw PageTemplates.Missing(name: "page")
        }
        return html
    }
}
