/// What a token lets its holder do in one repository.
struct RegistryAccess: Codable, Sendable {
    let type: String
    let name: String
    let actions: [String]

    /// The part of `scope`, written `repository:<name>:<action>,…`, that the owner of a namespace
    /// is granted; nil when that is nothing.
    init?(scope: String, owner: String) {
        let parts = scope.split(separator: ":")
        guard parts.count == 3, parts[0] == "repository", parts[1].hasPrefix(owner + "/") else {
            return nil
        }
        type = "repository"
        name = String(parts[1])
        actions = parts[2].split(separator: ",").map(String.init)
            .filter(["pull", "push", "delete"].contains)
    }
}
