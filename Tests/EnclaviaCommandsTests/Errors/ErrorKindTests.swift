import EnclaviaCommands
import Testing

/// The documented exit code of each kind of failure, and whether trying again may help.
struct ErrorKindTests {
    private static let rows: [(kinds: [ErrorKind], code: Int32, isRetryable: Bool)] = [
        (
            [.notFound, .buildFailed, .nonUpgradable, .tagExists, .tagNewer, .orderUnknown], 1,
            false
        ),
        ([.usage], 64, false), ([.data], 65, false),
        ([.imageNotFound, .fileNotFound, .fileUnreadable], 66, false),
        (
            [.engineUnavailable, .registryUnavailable, .backendUnavailable, .remoteUnavailable], 69,
            true
        ),
        ([.refused, .conflict, .programUnavailable], 69, false), ([.error], 70, false),
        ([.store, .output], 74, true),
        ([.protocolViolation, .digestMismatch], 76, false), ([.imageMismatch], 76, true),
        ([.notLoggedIn, .unauthorized], 77, false), ([.config], 78, false),
        ([.cancelled], 130, false),
    ]

    @Test func `each kind has the exit code that is documented`() {
        #expect(Self.rows.flatMap(\.kinds).count == ErrorKind.allCases.count)
        for row in Self.rows {
            for kind in row.kinds {
                #expect(kind.exitStatus.rawValue == row.code, "\(kind)")
                #expect(kind.isRetryable == row.isRetryable, "\(kind)")
                let userError = UserError(kind, "x")
                #expect(userError.exitStatus == kind.exitStatus)
                #expect(userError.isRetryable == kind.isRetryable)
            }
        }
    }

    @Test func `a signal's exit code takes precedence over its kind's`() {
        let userError = UserError(.cancelled, "x", exitStatus: .terminated)
        #expect(userError.exitStatus.rawValue == 143)
    }
}
