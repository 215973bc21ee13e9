import EnclaviaCore
import FoundationEssentials

/// Decodes JSON responses: ignores unknown fields, and names a missing field, or one of the wrong type,
/// by its path.
package enum AnswerJSON {
    package static func decode<Value: Decodable>(
        _ type: Value.Type, _ response: HTTPResponse, call: String
    ) throws(BackendError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(response.body))
        } catch let error as DecodingError {
            throw .protocolViolation(call: call, detail: detail(error))
        } catch {
            throw .protocolViolation(call: call, detail: "the response is not JSON")
        }
    }

    /// What is wrong and where: `staged[0].upgrade_id is missing`.
    static func detail(_ error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, let context):
            "\(path(context.codingPath + [key])) is missing"
        case .valueNotFound(_, let context):
            "\(path(context.codingPath)) is null"
        case .typeMismatch(_, let context):
            "\(path(context.codingPath)) has the wrong type"
        case .dataCorrupted(let context):
            context.codingPath.isEmpty
                ? "the response is not JSON"
                : "\(path(context.codingPath)) is not valid"
        @unknown default:
            "the response is not JSON"
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        var text = ""
        for key in keys {
            if let index = key.intValue {
                text += "[\(index)]"
            } else {
                text += text.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
        return text.isEmpty ? "the response" : text
    }
}
