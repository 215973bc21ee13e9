import EnclaviaCore

/// The response to `GET /me/registry`.
package struct RegistryResponse: Decodable {
    let registry: String
    let handle: String
    let token: Secret?

    private enum CodingKeys: String, CodingKey {
        case registry = "registry_url"
        case handle = "namespace"
        case token
    }

    /// The registry and the handle become part of command lines and of image references, so both are
    /// validated.
    package init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: CodingKeys.self)
        registry = try object.decode(String.self, forKey: .registry)
        guard RegistryName.isUsable(registry) else {
            throw DecodingError.dataCorruptedError(
                forKey: .registry, in: object, debugDescription: "not a registry's name")
        }
        handle = try object.decode(String.self, forKey: .handle)
        guard ReferenceGrammar.isPathComponent(handle[...]),
            handle.utf8.count <= ReferenceGrammar.componentLimit
        else {
            throw DecodingError.dataCorruptedError(
                forKey: .handle, in: object, debugDescription: "not a path component")
        }
        token = try object.decodeIfPresent(String.self, forKey: .token).map { text in
            guard let secret = Secret(headerText: text) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .token, in: object, debugDescription: "not a token")
            }
            return secret
        }
    }

    /// - Parameter apiToken: the password where the response has none.
    func access(apiToken: Secret) -> RegistryAccess {
        RegistryAccess(
            registry: registry, handle: handle, password: token ?? apiToken,
            isShortLived: token != nil)
    }
}
