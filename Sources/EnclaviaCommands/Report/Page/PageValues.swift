import Mustache

/// The values that the templates name. A name that is missing is looked for in the values around it, so that each name
/// has one meaning.
enum PageValues {
    static func page(_ document: ReportDocument) -> [String: Any] {
        var values = facts(document.facts)
        values["title"] = document.title.plain
        values["heading"] = parts(document.title)
        values["sections"] = PageList(document.sections) { section($0) }
        return values
    }

    private static func section(_ section: ReportSection) -> [String: Any] {
        var values = facts(section.facts)
        values["id"] = section.id
        values["name"] = section.heading
        values["paragraphs"] = PageList(section.paragraphs) { ["parts": parts($0)] }
        let id = "\(section.id)-plot-1"
        switch section.plot {
        case .columns(let plot): values["columns"] = PlotValues.columns(plot, id: id)
        case .bars(let plot): values["bars"] = PlotValues.bars(plot, id: id)
        case .timeline(let plot): values["timeline"] = PlotValues.timeline(plot, id: id)
        case nil: break
        }
        values["tables"] = PageList(Array(section.tables.enumerated())) { index, table in
            Self.table(table, id: "\(section.id)-table-\(index + 1)")
        }
        return values
    }

    /// `false` where there are none: the facts of the values around are not meant.
    private static func facts(_ facts: [ReportFact]) -> [String: Any] {
        guard !facts.isEmpty else { return ["facts": false] }
        let items = PageList(facts) { ["term": $0.name, "parts": parts($0.value)] }
        return ["facts": ["items": items] as [String: Any]]
    }

    private static func table(_ table: ReportTable, id: String) -> [String: Any] {
        func kind(_ column: Int) -> String {
            table.columns.indices.contains(column) && table.columns[column].isNumber
                ? "number" : "text"
        }
        return [
            "tableID": id,
            "caption": parts(table.caption),
            "breadth": table.columns.count > 5 ? "many" : "few",
            "width": max(1, table.columns.count),
            "heads": PageList(Array(table.columns.enumerated())) { index, column in
                ["kind": kind(index), "head": column.title]
            },
            "rows": PageList(table.rows) { row in
                [
                    "cells": PageList(Array(row.enumerated())) { index, cell in
                        [
                            "isHead": index == 0 && kind(0) == "text", "kind": kind(index),
                            "parts": parts(cell),
                        ]
                    }
                ]
            },
            "note": table.note.map { ["parts": parts($0)] } ?? false,
        ]
    }

    static func parts(_ text: ReportText) -> PageList<ReportText.Part> {
        PageList(text.parts) { part($0) }
    }

    private static func part(_ part: ReportText.Part) -> [String: Any] {
        switch part {
        case .own(let text): return ["own": text]
        case .outside(let text): return ["outside": text]
        case .code(let text): return ["code": text]
        case .link(let text, let address):
            guard let secure = SecureAddress(address) else { return ["outside": text] }
            let anchor = text.allSatisfy(\.isWhitespace) ? secure.text : text
            return ["link": ["href": secure.text, "anchor": anchor]]
        case .mark(let word, let tone):
            return ["mark": ["tone": tone.rawValue, "shape": tone.shape, "word": word]]
        }
    }
}

extension ReportTone {
    /// What tells tones apart without a colour.
    fileprivate var shape: String {
        switch self {
        case .good: "✓"
        case .bad: "✗"
        case .waiting: "…"
        case .neutral: "–"
        }
    }
}

extension ReportText {
    /// The text without its format.
    var plain: String {
        parts.map { part in
            switch part {
            case .own(let text), .outside(let text), .code(let text), .link(let text, _),
                .mark(let text, _):
                text
            }
        }.joined()
    }
}

/// Values that are made while they are rendered.
struct PageList<Element>: MustacheSequence {
    private let elements: [Element]
    private let values: (Element) -> [String: Any]

    init(_ elements: [Element], values: @escaping (Element) -> [String: Any]) {
        self.elements = elements
        self.values = values
    }

    func makeIterator() -> AnyIterator<[String: Any]> {
        var iterator = elements.makeIterator()
        return AnyIterator { iterator.next().map(values) }
    }
}
