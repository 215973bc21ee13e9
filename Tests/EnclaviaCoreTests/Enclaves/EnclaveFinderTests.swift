import EnclaviaCore
import Testing

@Suite struct EnclaveFinderTests {
    private static let fleet = FleetDouble([
        FleetDouble.enclave("3f1c0000-0000-4000-8000-000000000001"),
        FleetDouble.enclave("3f1d0000-0000-4000-8000-000000000002"),
        FleetDouble.enclave(
            "3f1c9999-0000-4000-8000-000000000003", "destroyed", isArchived: true),
        FleetDouble.enclave("77770000-0000-4000-8000-000000000004", "destroyed", isArchived: true),
        FleetDouble.enclave("short"), FleetDouble.enclave("shorter"),
    ])

    @Test(arguments: [
        // A destroyed enclave does not make the prefix of an existing one ambiguous.
        ("3f1c", EnclaveFinder.Selection.found(id: "3f1c0000-0000-4000-8000-000000000001")),
        ("7", .found(id: "77770000-0000-4000-8000-000000000004")),
        // A full id is not ambiguous, even if others begin with it.
        ("short", .found(id: "short")),
        ("a", .none), ("", .none), ("3F1C", .none),
        (
            "3f1",
            .ambiguous([
                FleetDouble.enclave("3f1c0000-0000-4000-8000-000000000001"),
                FleetDouble.enclave("3f1d0000-0000-4000-8000-000000000002"),
            ])
        ),
        // A full UUID is used as it is, without a query for the list.
        (
            "12345678-1234-4234-8234-123456789abc",
            .found(id: "12345678-1234-4234-8234-123456789abc")
        ),
    ])
    func `an enclave is found by its id or a unique beginning`(
        text: String, selection: EnclaveFinder.Selection
    ) async throws {
        #expect(try await EnclaveFinder(Self.fleet).find(text) == selection)
    }
}
