import Foundation

/// How often a test of random inputs repeats them: more often in `make soak`, which sets `ENCLAVIA_SOAK_ROUNDS`.
enum StoreRounds {
    private static let isSoak =
        ProcessInfo.processInfo.environment["ENCLAVIA_SOAK_ROUNDS"] != nil

    static func number(_ usual: Int, soak: Int) -> Int { isSoak ? soak : usual }
}
