import EnclaviaCore

/// The identity of an event to come, made before the first attempt to write it, so that an event whose
/// fate in the store is unknown goes to the spool under the same id and is taken in once.
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
