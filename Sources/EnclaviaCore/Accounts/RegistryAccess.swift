/// Where to push, as whom, and the password for it.
package struct RegistryAccess: Hashable, Sendable {
    /// `host` or `host:port`.
    package let registry: String
    /// The caller's handle, which is the user name and the namespace.
    package let handle: String
    package let password: Secret
    /// Whether the backend issued the password for the registry alone, for some minutes; else it is the API's
    /// access token.
    package let isShortLived: Bool

    package init(registry: String, handle: String, password: Secret, isShortLived: Bool = true) {
        self.registry = registry
        self.handle = handle
        self.password = password
        self.isShortLived = isShortLived
    }
}

/// A text that must not be shown: it prints as `•••`, in descriptions and in dumps.
package struct Secret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    private let text: String

    package init(_ text: String) {
        self.text = text
    }

    /// The text itself, for the one place that sends it.
    package func reveal() -> String { text }

    package var description: String { "•••" }
    package var debugDescription: String { "•••" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
