import ArgumentParser

/// The options that every command takes, in any position before `--`. They are read off the command
/// line by ``Invocation``, since they hold before a verb, too; here they are declared and explained.
struct GlobalOptions: ParsableArguments {
    @Flag(help: "Print exactly one JSON value on standard output, also for a failure.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "Colour the output: auto, always or never.", valueName: "when"))
    var color: ColorChoice = .auto
}

extension ColorChoice: ExpressibleByArgument {}
