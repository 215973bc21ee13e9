import EnclaviaCore

extension ErrorMessages {
    /// - Parameter typed: the reference as it was typed.
    static func explain(_ error: UnknownReference, typed: String) -> UserError {
        UserError(
            .notFound, "the history has no push of \(typed.quoted)",
            hint: hint(nearest: error.nearest))
    }

    /// Suggests the nearest reference; `nil` where no reference is near.
    static func hint(nearest: ImageReference?) -> String? {
        nearest.map { "did you mean \("\($0.path):\($0.tag)".printable)?" }
    }
}
