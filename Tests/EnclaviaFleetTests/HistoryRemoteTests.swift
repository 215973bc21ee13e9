import EnclaviaCore
import EnclaviaFleet
import Testing

@Suite("The address of a shared history")
struct HistoryRemoteTests {
    @Test(arguments: [
        "service=history", "service=a.b_c-9", "postgresql://db.example/history",
        "postgres://alice@db/h",
        "postgresql://", "postgresql://%2Frun%2Fpostgresql/history",
        "postgresql://alice@/h?host=%2Frun",
        "postgresql://a,b:5433/h?target_session_attrs=read-write", "postgresql://[::1]:5432/h",
        "postgresql://alice@db/h?sslmode=verify-ca&passfile=%2Fetc%2Fpass&sslrootcert=system",
        "postgresql://jürgen@db/h", "postgresql://db/h?application_name=a%20b",
        "postgresql://passwords.example/password_audit?passfile=%2Frun%2Fpassword",
    ])
    func `a service and a URL without a password are taken as they are`(text: String) throws {
        #expect(try HistoryRemote(text).text == text)
    }

    @Test(arguments: [
        "postgresql://alice:secret@db/history", "postgres://alice:@db/h",
        "postgresql://:secret@db/h",
        "postgresql://alice%3Asecret@db/h", "postgresql://alice%3asecret@db/h",
        "postgresql://alice@db/h?password=secret", "postgresql://db/h?pass%77ord=secret",
        "postgresql://db/h?PASSWORD=secret", "postgresql://db/h?sslmode=disable&password=secret",
        "postgresql://db/h?sslpassword=secret", "postgresql://a@b:secret@db/h",
        "postgresql://db/h?%70%61%73%73word=secret", "postgresql://alice:12/secret@db/h",
        "postgresql://db/h?application_name=a@secret",
    ])
    func `a password is refused in any form, and not named`(text: String) {
        #expect(throws: RemoteAddressFault.password) { try HistoryRemote(text) }
    }

    @Test(arguments: [
        ("", RemoteAddressFault.missing), ("history", .unknownForm),
        ("host=db dbname=h", .unknownForm),
        ("mysql://db/h", .unknownForm), ("-c select", .unknownForm), ("service=", .service),
        ("service=a b", .service), ("service=a'b", .service), ("service=a\\b", .service),
        ("service=ä", .service), ("postgresql://db:port/h", .port),
        ("postgresql://[::1]x/h", .port),
        ("postgresql://db/h?options=-csearch_path%3Dx", .parameter("options")),
        ("postgresql://db/h?client_encoding=LATIN1", .parameter("client_encoding")),
        ("postgresql://db/h?service=other", .parameter("service")),
        ("postgresql://db/h?sslkeylogfile=x", .parameter("sslkeylogfile")),
        ("postgresql://db/%", .encoding), ("postgresql://a?sslmode=verify-full@db/h", .encoding),
        ("postgresql://db/%4", .encoding),
        ("postgresql://db/%00", .encoding), ("postgresql://db/h?host=%0a", .encoding),
        ("postgresql://db/a b", .encoding), ("postgresql://db/a\nb", .encoding),
    ])
    func `what is wrong in an address is told`(text: String, fault: RemoteAddressFault) {
        #expect(throws: fault) { try HistoryRemote(text) }
    }
}
