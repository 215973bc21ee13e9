import EnclaviaCore

/// What is wrong with a line of an import, in the words of JSON.
enum ImportFault {
    static func error(_ error: any Error, _ line: [UInt8], _ number: Int) -> ImportError {
        let (field, detail) = fault(error, line)
        return .malformed(line: number, field: field, detail: detail)
    }

    /// What is wrong with an event's text, which may hold a record.
    static func text(_ error: any Error, _ text: [UInt8]) -> String {
        let (field, detail) = fault(error, text)
        return field.map { "\($0): \(detail)" } ?? detail
    }

    private static func fault(
        _ error: any Error, _ line: [UInt8]
    ) -> (field: String?, detail: String) {
        switch error {
        case DecodingError.keyNotFound(let key, let context):
            (joined(context.codingPath + [key]), "missing")
        case DecodingError.typeMismatch(let type, let context):
            (joined(context.codingPath), "must be \(name(of: type))")
        case DecodingError.valueNotFound(let type, let context):
            (joined(context.codingPath), "must be \(name(of: type)), not null")
        case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
            (joined(context.codingPath), "not a valid value")
        case DecodingError.dataCorrupted:
            (
                nil,
                String(validating: line, as: UTF8.self) == nil
                    ? "it is not UTF-8" : "it is not valid JSON"
            )
        case let fault as RecordFault:
            parts(of: fault)
        default:
            (nil, "it is not a valid record")
        }
    }

    private static func parts(
        of fault: RecordFault
    ) -> (field: String?, detail: String) {
        switch fault {
        case .inconsistentReference:
            ("reference", "does not match registry, owner, repository and tag")
        case .inconsistentOutcome(let outcome, let field):
            (field, rule(field, for: outcome))
        case .dependent(let field, let other):
            (field, "cannot be set without \(other)")
        case .newerVersion(let version):
            ("schema_version", "version \(version) is from a newer enclavia: update enclavia")
        case .repeatedKey(let key):
            (key, "appears twice")
        case .badField(let field):
            (field, "not a valid value")
        }
    }

    /// What a field must be for the outcome that does not allow its value.
    private static func rule(_ field: String, for outcome: PushOutcome) -> String {
        let push = "\(outcome == .interrupted ? "an" : "a") \(outcome.rawValue) push"
        return switch (outcome, field) {
        case (_, "pushed_at"): "must not be null in a record with a digest"
        case (_, "notify.outcome"): "must not be pending for \(push)"
        case (.succeeded, "digest"), (.failed, "failure"): "must not be null for \(push)"
        default: "must be null for \(push)"
        }
    }

    private static func joined(_ path: [any CodingKey]) -> String? {
        let names = path.map { $0.intValue.map(String.init) ?? $0.stringValue }
        return names.isEmpty ? nil : names.joined(separator: ".")
    }

    /// The name of a type of value in JSON (RFC 8259, section 3).
    private static func name(of type: any Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is Bool.Type: "true or false"
        case is any BinaryInteger.Type: "an integer"
        case is any BinaryFloatingPoint.Type: "a number"
        case is any JSONArray.Type: "an array"
        case is any JSONObject.Type: "an object"
        // The fields whose values have types of their own are strings in JSON.
        default: "a string"
        }
    }
}

/// Types that JSON has arrays for.
private protocol JSONArray {}
extension Array: JSONArray {}

/// Types that JSON has objects for.
private protocol JSONObject {}
extension Dictionary: JSONObject {}
