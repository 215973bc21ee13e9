import EnclaviaCore

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
