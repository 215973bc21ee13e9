import EnclaviaCore

extension Words {
    static func sentence(_ push: SettledPush) -> String {
        push.error.map { explain($0).message } ?? sentence(push.verdict)
    }

    private static func sentence(_ verdict: SettledPush.Verdict) -> String {
        switch verdict {
        case .nothingSent: "it had ended before anything was sent"
        case .arrived: "the registry holds it"
        case .absent: "the registry does not hold it under this tag"
        case .stillSending:
            "the engine's client is still sending it, so it stays as it is: run this again later"
        case .verified: "the registry has confirmed its digest"
        case .gone: "the registry no longer holds its digest"
        case .contradicted: "the registry contradicts its digest"
        case .otherImage: "the engine pushed another image under this name"
        case .notCompared:
            "its digest may be another image's, and the engine no longer has its own to compare:"
                + " push it again to be sure"
        case .refused: "the registry would not say, so it stays as it is"
        case .unanswered: "nobody answered, so it stays as it is"
        case .elsewhere: "it belongs to another backend, registry or owner than yours"
        }
    }
}
