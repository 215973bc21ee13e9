import EnclaviaCore

extension DamagedStore {
    /// Adds a record of a page, if it looks like one of ours. The tables that `.recover` of the sqlite3 shell makes of
    /// rows without a table have four columns before those of the row, the fourth of which is its number.
    ///
    /// - Returns: whether it may be an event.
    mutating func add(
        _ record: PageRecord, _ kind: PageScan.Kind, to scratch: SalvageScratch
    ) throws -> Bool {
        let count = record.significant
        guard case .table(let rowID) = kind else {
            if count == 2, record.begins(0, with: Array(EventType.prefix.utf8)),
                let sequence = record.integer(1)
            {
                indexedInPages = max(indexedInPages, sequence)
            }
            return false
        }
        if count >= 4, record.isBlob(count - 1, of: 32), record.isBlob(count - 2, of: 32) {
            return try addEvent(record, count - 4, rowID, to: scratch)
        }
        if count >= 2, count <= 6, record.begins(count - 1, with: Array(#"{"backend":"#.utf8)),
            record.isText(count - 1)
        {
            try record.bytes([count - 1]).map { try scratch.add(record: $0[0]) }
        } else if record.types.count >= 40 {
            let column = record.types.prefix(6).firstIndex { $0 == 13 + 2 * 36 }
            if let column, let revision = record.integer(column + 1), revision > 0,
                let text = try record.bytes([column])?.first,
                let id = PushID(String(decoding: text, as: UTF8.self))
            {
                try scratch.add(witness: id, revision: revision)
            }
        }
        return false
    }

    /// - Parameter column: of the number, which is NULL where it is the row's.
    private func addEvent(
        _ record: PageRecord, _ column: Int, _ rowID: Int64, to scratch: SalvageScratch
    ) throws -> Bool {
        let isNull = record.types[column + 1] == PageRecord.null
        guard isNull || record.isText(column + 1),
            let sequence = record.integer(column)
                ?? (column == 0 ? rowID : record.integer(column - 1)),
            let values = try record.bytes([column + 1, column + 2, column + 3])
        else { return false }
        try scratch.add(
            StoredEvent(
                sequence: sequence, text: isNull ? nil : values[0], dataHash: values[1],
                hash: values[2]))
        return true
    }
}
