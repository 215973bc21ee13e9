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
}
