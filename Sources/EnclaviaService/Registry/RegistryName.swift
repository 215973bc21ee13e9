/// The names that stand for a registry at the beginning of an image's reference.
///
/// Source: `domain` in the grammar of references (distribution/reference, reference.go), and `splitDockerDomain`
/// beside it (normalize.go): a first component without dot and colon that is not `localhost` is a path on
/// Docker Hub, as are `docker.io` and `index.docker.io`.
enum RegistryName {
    /// Whether container engines read `name`, which is `host` or `host:port`, as the registry at that host
    /// and as no other.
    static func isUsable(_ name: String) -> Bool {
        guard let authority = Authority(name) else { return false }
        if name.hasPrefix("[") { return true }
        let labels = authority.host.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.allSatisfy(isLabel) else { return false }
        return (labels.count > 1 || authority.port != nil || authority.host == "localhost")
            && !["docker.io", "index.docker.io"].contains(authority.host)
    }

    /// Letters, digits and dashes, with no dash at an end.
    private static func isLabel(_ label: Substring) -> Bool {
        !label.isEmpty && !label.hasPrefix("-") && !label.hasSuffix("-") && !label.contains("_")
    }
}
