import EnclaviaCore
import GRDB

extension EventChain {
    /// The ids that the chain has had. Nothing here checks the salvaged events: ``ChainWalk`` does.
    static func names(_ db: Database) throws -> ChainNames {
        ChainNames(try? id(db), salvages: try salvages(db).compactMap(\.data))
    }

    /// The salvaged events, oldest first; without data where the text is not that of one.
    static func salvages(
        _ db: Database
    ) throws -> [(sequence: Int64, data: SalvageEventData?)] {
        let marks = try RawStatement(
            db, "SELECT seq, data FROM event WHERE type = ? AND data IS NOT NULL ORDER BY seq")
        marks.bind(EventType.historySalvaged.rawValue, at: 1)
        var salvages: [(sequence: Int64, data: SalvageEventData?)] = []
        while try marks.step() {
            let read = try? JSONText.decode(CloudEvent.self, fromBytes: Array(marks.bytes(1)))
            if case .salvaged(let data)? = read?.event.subject {
                salvages.append((marks.integer(0), data))
            } else {
                salvages.append((marks.integer(0), nil))
            }
        }
        return salvages
    }
}
