import EnclaviaCore
import GRDB

extension EventChain {
    /// The ids that the chain has had. Nothing here checks the salvaged events: ``ChainWalk`` does.
    static func names(_ db: Database) throws -> ChainNames {
        ChainNames(try? id(db), salvages: try salvages(db))
    }

    /// The data of the salvaged events, oldest first.
    static func salvages(_ db: Database) throws -> [SalvageEventData] {
        let marks = try RawStatement(
            db, "SELECT data FROM event WHERE type = ? AND data IS NOT NULL ORDER BY seq")
        marks.bind(EventType.historySalvaged.rawValue, at: 1)
        var salvages: [SalvageEventData] = []
        while try marks.step() {
            guard
                case .salvaged(let data)? =
                    (try? JSONText.decode(CloudEvent.self, fromBytes: Array(marks.bytes(0))))?
                    .event.subject
            else { continue }
            salvages.append(data)
        }
        return salvages
    }
}
