import ArgumentParser

/// The options that name files to which the results are appended, for CI.
struct ResultFileOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Append the reference, the digest and the push id as variables, such as to \"$GITHUB_OUTPUT\".",
            valueName: "path"),
        completion: .value(.file))
    var envFile: String?

    @Option(
        help: ArgumentHelp(
            "Append a Markdown table of the push, such as to \"$GITHUB_STEP_SUMMARY\".",
            valueName: "path"),
        completion: .value(.file))
    var summary: String?

    var paths: [String] { [envFile, summary].compactMap { $0 } }
}
