/// TLS to the engine, by the client's own rules: asked for by either variable, whatever its value; with the
/// certificates in `DOCKER_CERT_PATH`, which counts as absent where it is empty, else in the directory of its
/// configuration.
///
/// Source: <https://github.com/docker/cli/blob/master/cli/flags/options.go>
enum ClientTLS {
    static func isAsked(_ environment: [String: String]) -> Bool {
        ["DOCKER_TLS_VERIFY", "DOCKER_TLS"].contains { environment[$0]?.isEmpty == false }
    }

    /// Names the user's own directory, since the configuration is another one during a push, and no key is
    /// copied.
    ///
    /// - Parameter directory: where the user's own configuration is; `nil` where that is unknown.
    static func setCertificates(in environment: inout [String: String], from directory: String?) {
        guard isAsked(environment), environment["DOCKER_CERT_PATH"] ?? "" == "" else { return }
        environment["DOCKER_CERT_PATH"] = directory
    }
}
