import EnclaviaCore
import EnclaviaSystem

extension VerifyReport {
    /// What the history was found to be, and the exit code: what is unproven is not intact.
    ///
    /// - Parameter out: where the line goes, for its colour.
    package func conclusion(on out: StreamTraits) -> (line: String, status: ExitStatus) {
        if let difference {
            (out.paint("different: ", .red) + Words.sentence(difference), .negative)
        } else if newerSchema != nil {
            ("\(out.paint("unproven:", .yellow)) \(counts)", .negative)
        } else {
            ("\(out.paint("intact:", .green)) \(counts)", .done)
        }
    }

    /// What is said of that on standard error; `nil` of a history that is intact.
    var remark: String? {
        if difference != nil {
            "\(counts) in \(Words.shown(path))"
        } else {
            newerSchema.map { version in
                "a newer version of enclavia made this store (schema \(version)): the chain holds, and the"
                    + " tables, which `history` reads, could not be compared with it: verify with that"
                    + " version"
            }
        }
    }

    private var counts: String {
        "\(Words.events(events)) (\(pruned) pruned) of \(Words.pushes(pushes))"
    }

    /// What no verification shows.
    static let limits =
        "a chain cannot show that all of it was rewritten, that its newest events are missing, or"
        + " that somebody else added events: for that, check a head noted elsewhere with --head,"
        + " or hold it against the shipped event log, whose lines carry `sequence` and"
        + " `prevhash`; not compared: the table \(tablesLeftOut.joined()), which"
        + " only completion reads"
}

extension Words {
    static func sentence(_ difference: VerifyDifference) -> String {
        switch difference {
        case .sequence(let expected, let found):
            "event \(found) stands where event \(expected) should: an event was taken out, put in"
                + " or moved"
        case .data(let sequence):
            "event \(sequence) was edited: its text is not the one that was hashed"
        case .chain(let sequence):
            "event \(sequence) does not follow from the event before it"
        case .place(let sequence):
            "event \(sequence) names another place in the chain than it has"
        case .source(let sequence):
            "event \(sequence) names another source than the chain of this history"
        case .blank(let sequence):
            "event \(sequence) was blanked, and no prune says so"
        case .prune(let sequence, let detail):
            "the prune of event \(sequence) is not what it says: \(shown(detail))"
        case .unreadable(let sequence, let detail):
            "event \(sequence) is no event: \(shown(detail))"
        case .projection(let table, let key, let column?):
            "the table \(shown(table)) says something else than the events: \(shown(column)) of"
                + " \(shown(key))"
        case .projection(let table, let key, nil):
            "the table \(shown(table)) has a row too many or too few: \(shown(key))"
        case .schema(let object):
            "the schema's \(shown(object)) is not what enclavia makes it: it was taken out, changed or"
                + " put in"
        case .integrity(let detail):
            "SQLite finds the file damaged: \(shown(detail))"
        case .head(let noted):
            "no event has the hash \(shown(noted)) that was noted elsewhere: events are missing, or"
                + " were rewritten"
        }
    }
}
