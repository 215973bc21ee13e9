import EnclaviaCore

/// Why psql ended, from what it wrote to its standard error.
///
/// A statement that failed is told by its SQLSTATE (`VERBOSITY=sqlstate`); a connection that failed by sentences of
/// libpq, which are in English (`LC_MESSAGES=C`), and of the server, which may be in its own language.
enum PsqlFault {
    /// - Parameter batch: the events of the statement that failed, if it sent events.
    static func error(_ output: String, sent batch: ClosedRange<Int64>?) -> RemoteError {
        if let code = code(in: output) { return error(code: code, output, batch) }
        let reason = reason(in: output)
        if output.contains("does not exist") {
            if output.contains("FATAL:  database ") { return .noDatabase(reason: reason) }
            if output.contains("FATAL:  role ") { return .loginRefused(reason: reason) }
        }
        let row = sentences.first { sentence, _ in output.contains(sentence) }
        return row?.error(reason) ?? .unreachable(reason: reason)
    }

    /// The SQLSTATE of the first error of a statement.
    private static func code(in output: String) -> String? {
        for line in output.split(separator: "\n") {
            for word in ["ERROR:  ", "FATAL:  "] {
                guard let range = line.firstRange(of: word) else { continue }
                let rest = line[range.upperBound...]
                if rest.utf8.count == 5, rest.utf8.allSatisfy(isOfCode) { return String(rest) }
            }
        }
        return nil
    }

    private static func isOfCode(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
    }

    /// Source: PostgreSQL, appendix A, "PostgreSQL Error Codes"; `EN…` are of ``FleetSchema``.
    private static func error(
        code: String, _ output: String, _ batch: ClosedRange<Int64>?
    ) -> RemoteError {
        switch code {
        // invalid_schema_name, undefined_function, undefined_table, undefined_object
        case "3F000", "42883", "42P01", "42704": return .noSchema
        // insufficient_privilege
        case "42501": return .noPrivilege
        case "EN404", "EN409", "EN412": return .overtaken
        case "55P03": return .busy(reason: "a lock was not released in time (\(code))")
        case "53300": return .busy(reason: "it has too many connections (\(code))")
        case "53100": return .busy(reason: "its disk is full (\(code))")
        case "57014": return .busy(reason: "the statement took too long (\(code))")
        // deadlock_detected, serialization_failure, out_of_memory, insufficient_resources
        case "40P01", "40001", "53200", "53000": return .busy(reason: "it reports \(code)")
        // admin_shutdown, crash_shutdown, cannot_connect_now
        case "57P01", "57P02", "57P03":
            return .unreachable(reason: "it is shutting down or starting (\(code))")
        // read_only_sql_transaction
        case "25006":
            return .unreachable(reason: "it takes no writes, as a standby (\(code))")
        // idle_session_timeout, idle_in_transaction_session_timeout
        case "57P05", "25P03": return .unreachable(reason: "it ended the connection (\(code))")
        default: break
        }
        // Connection exceptions.
        if code.hasPrefix("08") { return .unreachable(reason: "the connection was lost (\(code))") }
        // Data exceptions, constraints, limits and the schema's own refusals.
        if let batch, ["22", "23", "54", "EN"].contains(where: code.hasPrefix) {
            return .refusedEvents(first: batch.lowerBound, last: batch.upperBound, code: code)
        }
        return .failed(code: code, reason: reason(in: output))
    }

    private typealias Row = (sentence: String, error: @Sendable (String) -> RemoteError)

    /// Sentences of libpq and of the server.
    private static let sentences: [Row] = [
        ("certificate verify failed", { .certificate(.untrusted, reason: $0) }),
        ("does not match host name", { .certificate(.otherName, reason: $0) }),
        ("could not get server's host name", { .certificate(.otherName, reason: $0) }),
        ("root certificate file", { .certificate(.noRoot, reason: $0) }),
        ("could not load system root certificate", { .certificate(.noRoot, reason: $0) }),
        ("server does not support SSL", { .certificate(.noTLS, reason: $0) }),
        ("SSL error", { .certificate(.untrusted, reason: $0) }),
        ("definition of service", { .noService($0) }),
        ("service file", { .noService($0) }),
        ("password authentication failed", { .loginRefused(reason: $0) }),
        ("no password supplied", { .loginRefused(reason: $0) }),
        ("authentication failed", { .loginRefused(reason: $0) }),
        ("no pg_hba.conf entry", { .loginRefused(reason: $0) }),
        ("requires a valid client certificate", { .loginRefused(reason: $0) }),
        ("is not permitted to log in", { .loginRefused(reason: $0) }),
        ("permission denied for database", { _ in .noPrivilege }),
        ("too many clients", { .busy(reason: $0) }),
        ("too many connections", { .busy(reason: $0) }),
        ("remaining connection slots", { .busy(reason: $0) }),
    ]

    /// The first line, without what psql puts before it.
    private static func reason(in output: String) -> String {
        let lines = output.split(separator: "\n").filter { !$0.allSatisfy(\.isWhitespace) }
        let line = lines.first { !$0.contains("WARNING:") && !$0.contains("NOTICE:") } ?? ""
        var text = Substring(line)
        for mark in ["failed: ", "psql: error: ", "error: "] {
            guard let range = text.firstRange(of: mark) else { continue }
            text = text[range.upperBound...]
            break
        }
        return text.isEmpty ? "psql ended without a message" : String(text.prefix(300))
    }
}
