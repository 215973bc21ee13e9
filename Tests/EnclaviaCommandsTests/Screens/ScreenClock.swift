import EnclaviaCore
import Synchronization
import TestSupport

/// A clock that stands where it is set, and numbers that come again, so that ids and hashes do, too.
final class ScreenClock: SystemEnvironment {
    /// When all screens are looked at: a Wednesday, 20:00 on the wall.
    static let now = Sample.moment("2026-11-25T19:00:00Z")
    /// An hour east of Greenwich, so that local time is told from UTC.
    static let zone = LocalZone { _ in 3600 }

    private let state: Mutex<(moment: Timestamp, random: SeededRandom)>

    init(seed: UInt64 = 19) {
        state = Mutex((Self.now, SeededRandom(seed: seed)))
    }

    func now() -> Timestamp { state.withLock { $0.moment } }

    func random() -> (UInt64, UInt64) {
        state.withLock { ($0.random.next(), $0.random.next()) }
    }

    func set(_ moment: Timestamp) { state.withLock { $0.moment = moment } }

    func advance(milliseconds: Int64) {
        state.withLock { $0.moment = $0.moment.adding(milliseconds: milliseconds) }
    }
}
