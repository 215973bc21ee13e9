/// The cases that every shell is tested with.
enum TabCases {
    static let common: [TabCase] = [
        // Verbs and options.
        TabCase("enclavia pu", "enclavia push "),
        TabCase("enclavia history sho", "enclavia history show "),
        TabCase("enclavia --json histo", "enclavia --json history "),
        TabCase("enclavia push --requ", "enclavia push --require-notify "),
        TabCase("enclavia push x y --requ", "enclavia push x y --require-notify "),
        TabCase("enclavia completion f", "enclavia completion fish "),
        TabCase("enclavia nonsense x"),
        TabCase("enclavia hel", "enclavia help "),
        TabCase("enclavia help hist", "enclavia help history "),
        TabCase("enclavia help history sho", "enclavia help history show "),
        TabCase("enclavia help history ", shows: ["list", "verify"]),
        // Destinations: one half after the other.
        TabCase("enclavia push x mya", "enclavia push x myapp:"),
        TabCase("enclavia push x my", shows: ["myapp:", "mytool:"], hides: ["myapp:v2", "web:"]),
        TabCase("enclavia push x myapp:l", "enclavia push x myapp:latest "),
        TabCase("enclavia push x mytool:", "enclavia push x mytool:x "),
        TabCase("enclavia push x alice/mya", "enclavia push x alice/myapp:"),
        TabCase("enclavia push x alice/myapp:l", "enclavia push x alice/myapp:latest "),
        TabCase("enclavia push x ali", "enclavia push x alice/"),
        TabCase("enclavia push x bob/my"),
        // The repository may have the same name as the image.
        TabCase("enclavia push myapp mya", "enclavia push myapp myapp:"),
        TabCase("enclavia push myapp my", shows: ["myapp:", "mytool:"], hides: ["web:"]),
        TabCase("enclavia push mytool:x mytool:", "enclavia push mytool:x mytool:x "),
        TabCase("enclavia history at web:p", "enclavia history at web:prod "),
        TabCase("enclavia history mya", "enclavia history myapp "),
        // Local images.
        TabCase("enclavia push mytool:", "enclavia push mytool:x "),
        // Used only by a failed push.
        TabCase("enclavia push web"),
        // Filters.
        TabCase("enclavia history --repository w", "enclavia history --repository web "),
        TabCase("enclavia history --repository=w", "enclavia history --repository=web "),
        TabCase(
            "enclavia history --repository web --tag p",
            "enclavia history --repository web --tag prod "),
        TabCase("enclavia history --tag=la", "enclavia history --tag=latest "),
        TabCase("enclavia history --outcome canc", "enclavia history --outcome cancelled "),
        TabCase("enclavia history --notify=deli", "enclavia history --notify=delivered "),
        TabCase("enclavia history --since y", "enclavia history --since yesterday "),
        TabCase("enclavia history --format=tem", "enclavia history --format=template:"),
        TabCase("enclavia history --color=ne", "enclavia history --color=never "),
        TabCase(
            "enclavia history --digest c",
            "enclavia history --digest \(SampleHistory.digest("c").dropFirst(7)) "),
        TabCase(
            "enclavia history --digest sha256:c",
            "enclavia history --digest \(SampleHistory.digest("c")) "),
        TabCase(
            "enclavia history show sha256:d",
            "enclavia history show \(SampleHistory.digest("d")) "),
        TabCase("enclavia history show 00000003", "enclavia history show 00000003 "),
        TabCase("enclavia history show 0000000", shows: ["00000002", "00000003"]),
        TabCase("enclavia history show mya", "enclavia history show myapp:"),
        TabCase("enclavia history --host h", "enclavia history --host host "),
        TabCase("enclavia history --user=us", "enclavia history --user=user "),
        TabCase("enclavia history --label en", "enclavia history --label env="),
        TabCase("enclavia history --label env=s", "enclavia history --label env=staging "),
        TabCase("enclavia history --label=env=s", "enclavia history --label=env=staging "),
        TabCase("enclavia enclave stop 9b", "enclavia enclave stop \(SampleHistory.enclave) "),
        // Files, and nothing but files.
        TabCase("enclavia push --digest-file notes", "enclavia push --digest-file notes.txt "),
        TabCase("enclavia push --digest-file=notes", "enclavia push --digest-file=notes.txt "),
        TabCase("enclavia push --env-file notes", "enclavia push --env-file notes.txt "),
        TabCase("enclavia record --summary=notes", "enclavia record --summary=notes.txt "),
        TabCase("enclavia history import notes", "enclavia history import notes.txt "),
        TabCase("enclavia push x y >notes", "enclavia push x y >notes.txt "),
        TabCase("enclavia push --digest-file fol", "enclavia push --digest-file folder/"),
        TabCase("enclavia push --digest-file=fol", "enclavia push --digest-file=folder/"),
        TabCase(
            "enclavia push --digest-file=folder/i",
            "enclavia push --digest-file=folder/inner.txt "),
        TabCase(
            "enclavia push --digest-file=two", #"enclavia push --digest-file=two\ words.txt "#),
        TabCase("enclavia push x notes"),
        // Typed text is not run.
        TabCase("enclavia push $(touch pwned) web:p", "enclavia push $(touch pwned) web:prod "),
        TabCase(
            "enclavia push \"$(touch pwned)\" web:p", "enclavia push \"$(touch pwned)\" web:prod "),
        TabCase("enclavia push x y >pwned --requ", "enclavia push x y >pwned --require-notify "),
        // The word may be quoted, with or without the closing quote.
        TabCase("enclavia push x 'myapp:l", "enclavia push x 'myapp:latest' "),
        TabCase("enclavia push x \"myapp:l", "enclavia push x \"myapp:latest\" "),
        // Further commands on the line.
        TabCase("true; enclavia push x web:p", "true; enclavia push x web:prod "),
        TabCase("A=1 enclavia push x web:p", "A=1 enclavia push x web:prod "),
        TabCase("~/bin/enclavia push x web:p", "~/bin/enclavia push x web:prod "),
    ]
}
