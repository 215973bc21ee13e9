import EnclaviaCore

/// The id and time of an event, made before the first attempt to write it. If it is unknown whether the store has
/// the event, it goes to the spool under the same id, and recovery adds it at most once.
struct EventMetadata: Sendable {
    let id: PushID
    let time: Timestamp

    init(_ system: any SystemEnvironment) {
        id = system.newID()
        time = system.now()
    }

    func event(_ push: PushID, _ step: PushStep) -> HistoryEvent {
        event(.push(push, step))
    }

    func event(_ subject: HistoryEvent.Subject) -> HistoryEvent {
        HistoryEvent(id: id, time: time, subject: subject)
    }
}
