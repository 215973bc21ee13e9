import EnclaviaBase
import EnclaviaCompletion
import Testing

/// The words, the template and the locale of `status --short`.
struct ShortStatusTests {
    @Test(arguments: [
        "status --short", "status --exit-code --short", "status --short --short",
        "status --format template:{all} --short", "status --short --format=template:{failed}",
        "status --short --format template:a --format=template:b",
    ])
    func `these words need no parser`(line: String) {
        #expect(ShortStatus(line.split(separator: " ").map(String.init)) != nil)
    }

    @Test(arguments: [
        "status", "status --exit-code", "--short", "history --short", "status --short app:v1",
        "status --short --json", "--json status --short", "status --short --remote",
        "status --short --since 1h", "status --short --help", "status --short -h",
        "status --short --format", "status --short --format csv", "status --short --format=",
        "status --short --format template:", "status --short --format template:{nonsense}",
        "status --short --format template:{all", "status --short --color never",
        "status -- --short", "status --short --", "status --shorter", "status --short=1",
    ])
    func `these words are the parser's`(line: String) {
        #expect(ShortStatus(line.split(separator: " ").map(String.init)) == nil)
    }

    @Test func `the last template counts`() throws {
        let words = ["status", "--short", "--format", "template:a", "--format=template:b"]
        #expect(
            ShortStatus(words)
                == ShortStatus(template: try ShortStatusTemplate("b"), wantsExitCode: false))
        #expect(
            ShortStatus(["status", "--short", "--exit-code"])
                == ShortStatus(template: nil, wantsExitCode: true))
    }

    @Test(arguments: [
        (["LANG": "en_US.UTF-8"], true), (["LANG": "de_DE.utf8@euro"], true),
        (["LANG": "C.UTF-8"], true), (["LC_CTYPE": "C.UTF-8", "LANG": "C"], true),
        (["LC_ALL": "", "LANG": "C.utf8"], true), (["LC_ALL": "C", "LANG": "C.UTF-8"], false),
        (["LC_CTYPE": "POSIX", "LANG": "C.UTF-8"], false), (["LANG": "de_DE.ISO-8859-1"], false),
        (["LANG": "UTF-8"], false), ([:], false), (["LANG": ""], false),
        (["LC_MESSAGES": "C.UTF-8"], false),
    ])
    func `the first variable that is not empty decides on the encoding`(
        environment: [String: String], isUTF8: Bool
    ) {
        #expect(ShortStatus.isUTF8(environment) == isUTF8)
    }

    @Test func `nothing is printed where all is well, and a mark where that is not known`() throws {
        for template in [nil, try ShortStatusTemplate("x{all}")] {
            let short = ShortStatus(template: template, wantsExitCode: false)
            #expect(short.line(AttentionCounts(), isUTF8: true) == nil)
            #expect(short.line(nil, isUTF8: false) == "?")
            #expect(short.exitStatus(nil) == 0)
        }
        let coded = ShortStatus(template: nil, wantsExitCode: true)
        #expect(coded.exitStatus(AttentionCounts()) == 0)
        #expect(coded.exitStatus(nil) == 74)
    }

    @Test(arguments: AttentionKind.allCases)
    func `only what the registry tells is in no group`(_ kind: AttentionKind) {
        #expect((AttentionCounts.Group(kind) == nil) == (kind == .movedRemotely))
    }

    @Test(arguments: [
        ("", TemplateError.empty), ("{count}", .unknownField("count")), ("{all", .unclosed("{all")),
        ("\\x", .unknownEscape("\\x")),
    ])
    func `an error names what is wrong in a template`(text: String, error: TemplateError) {
        #expect(throws: error) { try ShortStatusTemplate(text) }
    }
}
