/// The types of the events, as the `type` attribute of CloudEvents spells them.
package enum EventType: String, Hashable, Sendable, Codable, CaseIterable {
    case pushStarted = "io.enclavia.push.started"
    case pushAuthenticated = "io.enclavia.push.authenticated"
    case pushTagged = "io.enclavia.push.tagged"
    case pushPushed = "io.enclavia.push.pushed"
    case pushVerified = "io.enclavia.push.verified"
    case pushNotified = "io.enclavia.push.notified"
    case pushFinished = "io.enclavia.push.finished"
    case pushImported = "io.enclavia.push.imported"
    case historyPruned = "io.enclavia.history.pruned"
    case historyReconciled = "io.enclavia.history.reconciled"
    case authLogin = "io.enclavia.auth.login"
    case authLogout = "io.enclavia.auth.logout"
}
