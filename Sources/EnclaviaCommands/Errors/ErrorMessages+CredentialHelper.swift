import EnclaviaCore

// The messages about `docker-credential-enclavia` and the configuration that names it.

extension ErrorMessages {
    static let missingHelper =
        "\(CredentialHelper.program) is not on PATH: \(helperInstallation)"

    /// How to get the helper on `PATH`.
    static let helperInstallation =
        "run `make install`, or install the package, or make a symbolic link of that name to enclavia"

    static let longLivedPassword =
        "the backend issues no short-lived passwords for its registry, so \(CredentialHelper.program) gives"
        + " Docker your access token"

    /// What a helper did that gave no credentials.
    static func sentence(_ fault: CredentialHelperFault) -> String {
        switch fault {
        case .refused(let text): text.printable
        case .failed(let status) where status > 128: "it was ended by signal \(status - 128)"
        case .failed(let status): "it exited with \(status)"
        case .noAnswer(let seconds): "it did not answer within \(seconds) s"
        case .incomplete: "its output has no user name or no secret"
        case .notInstalled: "it does not exist"
        case .unusable: "it cannot be run"
        case .wantsTerminal: "it wants to read from the terminal"
        case .tooMuchOutput: "its output is too long"
        }
    }
}
