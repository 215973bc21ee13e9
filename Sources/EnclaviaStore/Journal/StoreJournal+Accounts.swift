import EnclaviaCore

extension StoreJournal: AccountJournal {
    package func append(_ event: AccountEvent) async throws(StoreError) -> [StoreWarning] {
        let result = await writer.run { self.add(event) }
        return try result.get()
    }

    private func add(_ event: AccountEvent) -> Result<[StoreWarning], StoreError> {
        Result { () throws(StoreError) in
            var warnings = try recovery.recover().warnings
            let metadata = EventMetadata(system)
            let (_, events) = try writer.write { writer in
                try writer.append(metadata.event(event.subject))
            }
            if let warning = log.append(events) { warnings.append(warning) }
            return warnings + writer.takeWarnings()
        }
    }
}

extension AccountEvent {
    fileprivate var subject: HistoryEvent.Subject {
        switch self {
        case .login(let mark): .login(mark)
        case .logout(let mark): .logout(mark)
        }
    }
}
