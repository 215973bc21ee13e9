import EnclaviaCore
import EnclaviaService
import Testing

/// The expiry of a token in the forms that other programs write.
struct ExpiryTests {
    @Test(
        arguments: [
            (.string("2026-08-01T13:00:00Z"), "2026-08-01T13:00:00.000Z"),
            (.string("2026-08-01T13:00:00"), "2026-08-01T13:00:00.000Z"),
            (.string("2026-08-01T13:00:00.123456"), "2026-08-01T13:00:00.123Z"),
            (.string("2026-08-01T13:00:00.123456+00:00"), "2026-08-01T13:00:00.123Z"),
            (.string("2026-08-01 13:00:00+00:00"), "2026-08-01T13:00:00.000Z"),
            (.string("2026-08-01T15:00:00+0200"), "2026-08-01T13:00:00.000Z"),
            (.string("2026-08-01T09:00:00-0400"), "2026-08-01T13:00:00.000Z"),
            (.string("2026-08-01T13:00:00Z\n"), "2026-08-01T13:00:00.000Z"),
            (.integer(1_785_589_200), "2026-08-01T13:00:00.000Z"),
            (.number(1_785_589_200.25), "2026-08-01T13:00:00.250Z"),
            (.integer(1_785_589_200_000), "2026-08-01T13:00:00.000Z"),
            (.string("1785589200"), "2026-08-01T13:00:00.000Z"),
            (.integer(0), "1970-01-01T00:00:00.000Z"),
        ] as [(JSONValue, String)])
    func `a time is read in each form that programs write, without an offset as UTC`(
        _ value: JSONValue, _ moment: String
    ) {
        #expect(Timestamp(expiry: value)?.description == moment)
    }

    @Test(
        arguments: [
            nil, .null, .string("soon"), .string(""), .string("2026-08-01"), .string("nan"),
            .string("2026-13-01T00:00:00"), .number(1e300), .number(-1e300), .integer(.max),
            .integer(.min), .bool(true), .array([]), .object([:]),
        ] as [JSONValue?])
    func `anything else is an unknown expiry`(_ value: JSONValue?) {
        #expect(Timestamp(expiry: value) == nil)
    }

    @Test(arguments: [#""soon""#, "1e300", "null", "[]"])
    func `a token of unknown expiry is used until it is refused, and refreshed then`(
        _ expiry: String
    ) async throws {
        let fixture = try Fixture()
        let rotation = RefreshTests.Rotation()
        try await withStub(rotation.reply) { stub in
            func put(access: Int) throws {
                try fixture.put(
                    #"{"access_token":"acc-\#(access)","refresh_token":"ref-1","#
                        + #""backend_url":"\#(stub.url)","expires_at":\#(expiry)}"#)
            }
            try put(access: 1)
            #expect(try await fixture.backend().registryAccess().password.reveal() == "acc-1")
            #expect(rotation.refreshCount == 0)
            try put(access: 0)
            #expect(try await fixture.backend().registryAccess().password.reveal() == "acc-2")
            #expect(rotation.refreshCount == 1)
        }
        await fixture.transport.shutdown()
    }
}
