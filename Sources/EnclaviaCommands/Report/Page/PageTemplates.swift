import Mustache

/// The templates of a report's page, by name.
package enum PageTemplates {
    struct Missing: Error {
        let name: String
    }

    /// A template takes its content type from the text that it begins with: Mustache's own HTML escapes by `Character`.
    private static let contentType = "{{% CONTENT_TYPE: \(PageContentType.name)}}"

    /// The text of each template.
    package static let texts = [
        "page": page, "section": section, "table": table, "part": part, "facts": facts,
        "columns": PlotTemplates.columns, "bars": PlotTemplates.bars,
        "timeline": PlotTemplates.timeline, "label": PlotTemplates.label,
        "fills": PlotTemplates.fills,
    ]

    static func library() throws -> MustacheLibrary {
        MustacheContentTypes.register(PageContentType(), named: PageContentType.name)
        var library = MustacheLibrary()
        for (name, text) in texts { try library.register(contentType + text, named: name) }
        return library
    }

    private static let page = """
        <!DOCTYPE html>
        <html lang="en" dir="ltr">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src \
        'unsafe-inline'; base-uri 'none'; form-action 'none'">
        <meta name="referrer" content="no-referrer">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{{title}}</title>
        <style>
        \(PageStyle.text)
        </style>
        </head>
        <body>
        <a class="skip" href="#report-1">Skip to the report</a>
        <header class="top">
        <p class="eyebrow">enclavia history report</p>
        <h1>{{#heading}}{{>part}}{{/heading}}</h1>
        {{>facts}}
        </header>
        <div class="body">
        <nav aria-label="Sections of this report">
        <ol>
        {{#sections}}<li><a href="#{{id}}">{{name}}</a></li>
        {{/sections}}</ol>
        </nav>
        <main id="report-1">
        {{#sections}}{{>section}}{{/sections}}</main>
        </div>
        </body>
        </html>

        """

    private static let section = """
        <section id="{{id}}" aria-labelledby="{{id}}-0">
        <h2 id="{{id}}-0">{{name}}</h2>
        {{#paragraphs}}<p>{{#parts}}{{>part}}{{/parts}}</p>
        {{/paragraphs}}{{>facts}}{{#columns}}{{>columns}}{{/columns}}\
        {{#bars}}{{>bars}}{{/bars}}{{#timeline}}{{>timeline}}{{/timeline}}\
        {{#tables}}{{>table}}{{/tables}}</section>

        """

    private static let facts = """
        {{#facts}}<dl class="facts">
        {{#items}}<div><dt>{{term}}</dt><dd>{{#parts}}{{>part}}{{/parts}}</dd></div>
        {{/items}}</dl>
        {{/facts}}
        """

    /// The container scrolls sideways where the table is too wide; the keyboard scrolls it when it has the focus.
    private static let table = """
        <div class="scroll" role="region" tabindex="0" aria-labelledby="{{tableID}}">
        <table class="{{breadth}}">
        <caption id="{{tableID}}"><span>{{#caption}}{{>part}}{{/caption}}</span></caption>
        <thead><tr>{{#heads}}<th scope="col" class="{{kind}}">{{head}}</th>{{/heads}}</tr></thead>
        <tbody>
        {{#rows}}<tr>{{#cells}}\
        {{#isHead}}<th scope="row"><div>{{#parts}}{{>part}}{{/parts}}</div></th>{{/isHead}}\
        {{^isHead}}<td class="{{kind}}"><div>{{#parts}}{{>part}}{{/parts}}</div></td>{{/isHead}}\
        {{/cells}}</tr>
        {{/rows}}{{^rows}}<tr><td class="none" colspan="{{width}}">nothing</td></tr>
        {{/rows}}</tbody>
        </table>
        </div>
        {{#note}}<p class="note">{{#parts}}{{>part}}{{/parts}}</p>
        {{/note}}
        """

    /// `<bdi>` keeps the direction of a text from outside from the words around it.
    private static let part = """
        {{#own}}{{.}}{{/own}}{{#outside}}<bdi>{{.}}</bdi>{{/outside}}\
        {{#code}}<code><bdi>{{.}}</bdi></code>{{/code}}\
        {{#link}}<a href="{{href}}" rel="noreferrer"><bdi>{{anchor}}</bdi></a>{{/link}}\
        {{#mark}}<span class="mark {{tone}}"><span class="shape" aria-hidden="true">{{shape}}</span> \
        {{word}}</span>{{/mark}}
        """
}
