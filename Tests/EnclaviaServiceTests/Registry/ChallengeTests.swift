import EnclaviaService
import Testing

/// The grammar of `WWW-Authenticate`.
struct ChallengeTests {
    struct Example: Sendable {
        let headers: [String]
        let challenges: [Challenge]

        init(_ headers: String..., gives challenges: [(String, [String: String])]) {
            self.headers = headers
            self.challenges = challenges.map { Challenge(scheme: $0.0, parameters: $0.1) }
        }
    }

    static let examples = [
        Example(
            #"Bearer realm="https://a.example/token",service="r",scope="repository:x/y:pull,push""#,
            gives: [
                (
                    "bearer",
                    [
                        "realm": "https://a.example/token", "service": "r",
                        "scope": "repository:x/y:pull,push",
                    ]
                )
            ]),
        Example(
            #"BEARER Realm = "a" , SERVICE=b"#, gives: [("bearer", ["realm": "a", "service": "b"])]
        ),
        Example(
            #"Basic realm="x, y", Bearer realm="z", error="invalid_token""#,
            gives: [
                ("basic", ["realm": "x, y"]), ("bearer", ["realm": "z", "error": "invalid_token"]),
            ]
        ),
        Example(
            #"Negotiate, Basic realm="q\"uo\\te""#,
            gives: [("negotiate", [:]), ("basic", ["realm": #"q"uo\te"#])]),
        Example(
            "Negotiate dG9rZW4==, Bearer realm=x",
            gives: [("negotiate", [:]), ("bearer", ["realm": "x"])]),
        Example(
            "Basic realm=a", "Bearer realm=b",
            gives: [("basic", ["realm": "a"]), ("bearer", ["realm": "b"])]),
        Example(
            ", ,Bearer realm=a,,service=b,", gives: [("bearer", ["realm": "a", "service": "b"])]),
        Example("Bearer realm=a, realm=b", gives: [("bearer", ["realm": "a"])]),
        Example(#"Bearer realm="unfinished"#, gives: [("bearer", [:])]),
        Example("Bearer realm=", gives: [("bearer", [:])]),
        Example("", gives: []),
        Example("===", gives: []),
        Example("\u{0}\u{FF}", gives: []),
    ]

    @Test(arguments: examples)
    func `a header is parsed into challenges`(_ example: Example) {
        #expect(Challenge.parse(example.headers) == example.challenges)
    }
}
