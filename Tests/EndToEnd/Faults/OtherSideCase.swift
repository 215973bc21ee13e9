import Testing

/// A fault at a server, and the expected exit code and record of a push.
struct OtherSideCase: Sendable, CustomTestStringConvertible {
    let place: String
    let fault: String
    let status: Int32
    /// The recorded outcome, and that of the notification.
    let record: String
    var testDescription: String { "\(place)=\(fault)" }

    private static func cases(
        _ place: String, _ faults: [String], _ status: Int32, _ record: String
    ) -> [OtherSideCase] {
        faults.map { OtherSideCase(place: place, fault: $0, status: status, record: record) }
    }

    static let backend: [OtherSideCase] =
        cases("me", ["400", "409"], 69, "failed|")
        + cases("me", ["401", "403"], 77, "failed|")
        + cases("me", ["429", "500", "503", "reset", "lost-answer", "truncated"], 69, "failed|")
        + cases(
            "me",
            [
                "garbage", "empty", "huge", "redirect", "wrong-type", "missing-field", "hostile",
                "long",
            ],
            76, "failed|")
        + cases(
            "notify",
            [
                "400", "401", "403", "404", "409", "garbage", "empty", "huge", "redirect",
                "wrong-type", "missing-field",
            ], 0, "succeeded|failed")
        + cases(
            "notify", ["429", "500", "503", "reset", "lost-answer", "truncated"], 0,
            "succeeded|pending")
        + cases("notify", ["hostile", "long"], 0, "succeeded|delivered")

    static let registry: [OtherSideCase] =
        cases(
            "token",
            [
                "400", "401", "403", "404", "429", "500", "503", "reset", "lost-answer", "garbage",
                "empty", "truncated", "huge", "redirect", "wrong-type", "missing-field", "hostile",
                "long", "refused",
            ], 69, "failed|")
        + cases("registry", ["down", "reset"], 69, "failed|")
        + cases("registry", ["400", "401", "403", "404", "429", "500", "503"], 69, "failed|")
        + cases(
            "registry",
            ["lying-digest", "read-hostile", "read-long"], 76, "failed|")
        // The second query, by tag, finds the image that was pushed.
        + cases("registry", ["lost-answer"], 0, "succeeded|delivered")
        + cases(
            "registry",
            [
                "missing-manifest", "read-garbage", "read-empty", "read-wrong-type",
                "read-missing-field", "no-digest-header", "no-head", "read-500", "read-403",
                "read-redirect",
                "read-reset", "read-truncated", "read-huge", "slow",
            ], 0, "succeeded|delivered")

    /// The cases that end by a time limit: the backend has 30 s for an answer, a notification three
    /// times 10 s, the registry 40 s for a manifest.
    static let slow: [OtherSideCase] =
        cases("me", ["hang", "drip"], 69, "failed|")
        + cases("notify", ["hang", "drip"], 0, "succeeded|pending")
        + cases("token", ["hang", "drip"], 69, "failed|")
        + cases("registry", ["hang"], 69, "failed|")
        + cases("registry", ["read-hang", "read-drip"], 0, "succeeded|delivered")
}
