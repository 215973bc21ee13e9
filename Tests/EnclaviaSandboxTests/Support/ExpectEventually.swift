import TestSupport
import Testing

/// Fails the test unless `condition` becomes true within 10 s.
func expectEventually(
    _ comment: Comment, _ condition: () async throws -> Bool,
    sourceLocation: SourceLocation = #_sourceLocation
) async throws {
    let came = try await eventually(within: 10, condition)
    #expect(came, comment, sourceLocation: sourceLocation)
}
