/// The continuous-integration run that a process is part of.
///
/// Found by an allow-list of variables: a CI job's environment at large is full of secrets.
package struct CIContext: Hashable, Sendable {
    /// A name in ``CIProvider/known``, such as `github`.
    package let provider: String
    /// The page of the run, without credentials; `nil` where none is given, or it is not a web address.
    package let runURL: String?
    /// Who started the run, as the provider names them.
    package let actor: String?
    /// The commit that the run was started for, in full, 40 or 64 hexadecimal digits in lower case.
    package let commit: String?
    /// The branch that the run was started for, without `refs/heads/`; `nil` for a tag. Of a pull request
    /// it is the branch that is to be merged.
    package let branch: String?

    /// The run that `environment` describes; `nil` outside of the known providers.
    package static func detect(in environment: [String: String]) -> CIContext? {
        let variables = CIVariables(environment)
        guard let provider = CIProvider.known.first(where: { $0.isPresent(variables) }) else {
            return nil
        }
        return CIContext(
            provider: provider.name, runURL: provider.runURL(variables),
            actor: provider.actor(variables),
            commit: provider.commit(variables).flatMap { CommitID($0) }?.text,
            branch: provider.branch(variables).flatMap(Self.branch))
    }

    /// `nil` for a reference that is not a branch, and for a name that git does not allow
    /// (git-check-ref-format(1)).
    private static func branch(_ text: String) -> String? {
        let name: Substring
        if text.hasPrefix("refs/heads/") {
            name = text.dropFirst("refs/heads/".count)
        } else if text.hasPrefix("refs/") {
            return nil
        } else {
            name = text[...]
        }
        guard !name.isEmpty, name != "HEAD", name.utf8.count <= 255,
            name.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F })
        else { return nil }
        return String(name)
    }
}

/// An environment, in which an empty variable counts as unset.
struct CIVariables: Sendable {
    private let environment: [String: String]

    init(_ environment: [String: String]) {
        self.environment = environment
    }

    /// The first of these variables that is set.
    subscript(names: String...) -> String? {
        names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
    }

    /// The address in the first of these variables, without credentials and query.
    func address(_ names: String...) -> String? {
        names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
            .flatMap(WebAddress.withoutCredentials)
    }

    /// The address in a variable, and below it the values of others; `nil` unless all of them are set.
    func page(below base: String, _ parts: Part...) -> String? {
        guard var url = self[base] else { return nil }
        while url.hasSuffix("/") { url.removeLast() }
        for part in parts {
            switch part {
            case .text(let text):
                url += "/\(text)"
            case .value(let name):
                guard let value = self[name] else { return nil }
                url += "/\(value)"
            }
        }
        return WebAddress.withoutCredentials(url)
    }

    enum Part {
        case text(String)
        case value(String)
    }
}

/// Web addresses that come from outside and are kept in records.
package enum WebAddress {
    /// The address without user, password and query, each of which may be a secret.
    ///
    /// - Returns: `nil` for text that is not an `http` or `https` address with a host (RFC 3986, section 3), or
    ///   that contains white space or control characters.
    package static func withoutCredentials(_ text: String) -> String? {
        guard
            let scheme = ["https://", "http://"].first(where: { text.lowercased().hasPrefix($0) }),
            text.unicodeScalars.allSatisfy({ (0x21...0x7E).contains($0.value) && $0 != "\\" })
        else { return nil }
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let host = authority.lastIndex(of: "@").map { authority[$0...].dropFirst() } ?? authority
        guard !host.isEmpty else { return nil }

        let path = rest[authority.endIndex...]
        let fragment = path.firstIndex(of: "#").map { path[$0...] } ?? ""
        let plainPath = path.prefix { $0 != "?" && $0 != "#" }
        return "\(scheme)\(host)\(plainPath)\(fragment)"
    }
}
