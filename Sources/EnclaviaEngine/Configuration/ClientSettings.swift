import EnclaviaCore

/// The members of the Docker client's `config.json`, by the client's own rules: a member of the wrong type
/// is skipped and the others are used; names match in any case, with the exact spelling first.
///
/// Source: <https://pkg.go.dev/encoding/json#Unmarshal>,
/// <https://github.com/docker/cli/blob/master/cli/config/configfile/file.go>
struct ClientSettings: Sendable {
    /// The user's settings that a push needs: how to reach the engine, and no secrets.
    ///
    /// Omits `auths`, `credsStore` and `credHelpers`, whose credentials a push does not use, and
    /// `HttpHeaders`, which may contain credentials.
    let carriedOver: [String: JSONValue]
    /// The names of those with the wrong type, sorted.
    let wrongTypes: [String]
    /// The program that stores the user's own credentials, without the prefix `docker-credential-`.
    let credentialStore: String?
    /// The helpers of single registries, also without that prefix; each is the key of its registry.
    let credentialHelpers: [String: String]
    /// The registries that the user's own configuration has an entry for.
    let registries: Set<String>

    var currentContext: String? { carriedOver["currentContext"]?.text }

    init(_ members: [String: JSONValue] = [:]) {
        var kept: [String: JSONValue] = [:]
        var wrong: [String] = []
        for (name, isUsable) in Self.usable {
            guard let value = Self.value(name, in: members), value != .null else { continue }
            if isUsable(value) { kept[name] = value } else { wrong.append(name) }
        }
        carriedOver = kept
        wrongTypes = wrong.sorted()
        let store = Self.value("credsStore", in: members)?.text ?? ""
        credentialStore = store.isEmpty ? nil : store
        credentialHelpers = (Self.value("credHelpers", in: members)?.members ?? [:])
            .compactMapValues(\.text)
        registries = Set((Self.value("auths", in: members)?.members ?? [:]).keys)
    }

    private static let usable: [(name: String, isUsable: @Sendable (JSONValue) -> Bool)] = [
        ("currentContext", { $0.text != nil }),
        ("proxies", isProxies),
        ("plugins", { isTable($0) { isTable($0) { $0.text != nil } } }),
        ("cliPluginsExtraDirs", { isList($0) { $0.text != nil } }),
    ]

    private static let proxyNames: Set = [
        "httpproxy", "httpsproxy", "noproxy", "ftpproxy", "allproxy",
    ]

    private static func isProxies(_ value: JSONValue) -> Bool {
        isTable(value) { proxy in
            proxy.members?.allSatisfy { name, value in
                !proxyNames.contains(name.lowercased()) || value == .null || value.text != nil
            } ?? false
        }
    }

    private static func isTable(
        _ value: JSONValue, of isElement: (JSONValue) -> Bool
    ) -> Bool {
        value.members?.values.allSatisfy { $0 == .null || isElement($0) } ?? false
    }

    private static func isList(_ value: JSONValue, of isElement: (JSONValue) -> Bool) -> Bool {
        guard case .array(let elements) = value else { return false }
        return elements.allSatisfy { $0 == .null || isElement($0) }
    }

    private static func value(_ name: String, in members: [String: JSONValue]) -> JSONValue? {
        members[name]
            ?? members.first { $0.key.lowercased() == name.lowercased() }?.value
    }
}

/// The first JSON value of a file. The client reads only this one, and ignores the rest.
enum FirstJSONValue {
    /// The text up to the bracket that closes the first one; the whole text where there is none.
    static func of(_ text: String) -> String {
        let bytes = Array(text.utf8)
        guard let end = PrintedJSON.end(of: bytes[...]) else { return text }
        return String(decoding: bytes[..<end], as: UTF8.self)
    }
}
