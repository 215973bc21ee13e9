import EnclaviaCore
import Synchronization
import TestSupport

/// A clock that moves only when it is set, and seeded random numbers: ids and hashes are reproducible.
final class ScreenClock: SystemEnvironment {
    /// The time of all screens: a Wednesday, 20:00 local time.
    static let now = Sample.moment("2026-11-25T19:00:00Z")
    /// One hour ahead of UTC, so that local time differs from UTC.
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
