import EnclaviaCore
import Foundation
import Synchronization

/// The requests to the sandbox, without secrets: of an authorization, only the hash.
final class RequestLog: Sendable {
    struct Entry: Codable, Sendable {
        /// Starts at 1, and increases for each request to the sandbox.
        var sequence: Int
        let time: String
        /// "backend" or "registry".
        let service: String
        let method: String
        /// The host and port of the request.
        let host: String?
        let path: String
        let query: String?
        let userAgent: String?
        let idempotencyKey: String?
        let contentType: String?
        /// "bearer" or "basic", nil without an Authorization header.
        let authorization: String?
        /// SHA-256 of the Authorization header's value in hexadecimal.
        let authorizationSHA256: String?
        let body: JSONValue?
        /// The status of the response; nil before the response, and where the connection was closed without
        /// one.
        var status: Int?
        /// The fault that changed the response.
        var fault: String?
        /// The time until the response; nil before it.
        var milliseconds: Int?

        private enum CodingKeys: String, CodingKey {
            case sequence, time, service, method, host, path, query
            case userAgent = "user_agent"
            case idempotencyKey = "idempotency_key"
            case contentType = "content_type"
            case authorization
            case authorizationSHA256 = "authorization_sha256"
            case body, status, fault, milliseconds
        }

        /// Every key present, null where there is nothing.
        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(sequence, forKey: .sequence)
            try container.encode(time, forKey: .time)
            try container.encode(service, forKey: .service)
            try container.encode(method, forKey: .method)
            try container.encode(host, forKey: .host)
            try container.encode(path, forKey: .path)
            try container.encode(query, forKey: .query)
            try container.encode(userAgent, forKey: .userAgent)
            try container.encode(idempotencyKey, forKey: .idempotencyKey)
            try container.encode(contentType, forKey: .contentType)
            try container.encode(authorization, forKey: .authorization)
            try container.encode(authorizationSHA256, forKey: .authorizationSHA256)
            try container.encode(body, forKey: .body)
            try container.encode(status, forKey: .status)
            try container.encode(fault, forKey: .fault)
            try container.encode(milliseconds, forKey: .milliseconds)
        }
    }

    private struct Pages {
        var last = 0
        var entries: [Entry] = []
    }

    /// The most entries, of which the newest are kept: a soak test sends some hundred thousand requests.
    private static let capacity = 200_000
    private let pages = Mutex(Pages())

    /// Adds a request that has arrived, and returns its sequence number.
    func open(_ entry: Entry) -> Int {
        pages.withLock { pages in
            pages.last += 1
            var entry = entry
            entry.sequence = pages.last
            pages.entries.append(entry)
            if pages.entries.count > Self.capacity {
                pages.entries.removeFirst(Self.capacity / 10)
            }
            return pages.last
        }
    }

    /// Completes the entry of the request `sequence` with `change`.
    func close(_ sequence: Int, _ change: (inout Entry) -> Void) {
        pages.withLock { pages in
            guard let index = pages.entries.lastIndex(where: { $0.sequence == sequence }) else {
                return
            }
            change(&pages.entries[index])
        }
    }

    /// The entries in the order their requests arrived.
    func entries(service: String?, pathPrefix: String?) -> [Entry] {
        pages.withLock { pages in
            pages.entries.filter { entry in
                (service == nil || entry.service == service)
                    && (pathPrefix.map(entry.path.hasPrefix) ?? true)
            }
        }
    }

    func clear() {
        pages.withLock { $0.entries.removeAll() }
    }
}
