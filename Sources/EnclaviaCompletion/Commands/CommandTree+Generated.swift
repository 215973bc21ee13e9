// swift-format-ignore-file
// Written by `make completions` from the parser's own description.

extension CommandTree {
    /// The command line of this program.
    package static let enclavia = CommandTree(
        name: "enclavia", summary: "Push container images to Enclavia, and keep a verifiable record of every push.",
        options: [
            CommandOption(names: ["--json"], summary: "Print exactly one JSON value on standard output, also for a failure."),
            CommandOption(names: ["--color"], summary: "When to colour the output.", value: .words(["auto", "always", "never"])),
            CommandOption(names: ["--version"], summary: "Show the version."),
            CommandOption(names: ["--help", "-h"], summary: "Show help information."),
        ],
        verbs: [
            CommandTree(
                name: "push", summary: "Push a local image into your registry, and record it.",
                options: [
                    CommandOption(names: ["--no-notify"], summary: "Do not notify the backend of the push."),
                    CommandOption(names: ["--require-notify"], summary: "Exit with 75 if the backend could not be notified."),
                    CommandOption(names: ["--label"], summary: "Store this label in the record; may be repeated.", value: .label, repeats: true),
                    CommandOption(names: ["--message"], summary: "Store the reason for the push in the record.", value: .free),
                    CommandOption(names: ["--dry-run"], summary: "Print the reference that would be pushed; push, record and send nothing."),
                    CommandOption(names: ["--wait"], summary: "Follow the builds that the push starts until each enclave runs or fails."),
                    CommandOption(names: ["--digest-file"], summary: "Write the digest and a newline to this file, after the registry was queried for it.", value: .file),
                    CommandOption(names: ["--env-file"], summary: "Append the reference, the digest and the push id as variables, such as to \"$GITHUB_OUTPUT\".", value: .file),
                    CommandOption(names: ["--summary"], summary: "Append a Markdown table of the push, such as to \"$GITHUB_STEP_SUMMARY\".", value: .file),
                    CommandOption(names: ["--tag-policy"], summary: "What the push may do to an existing tag.", value: .words(["move", "keep", "refuse", "forward"])),
                    CommandOption(names: ["--retry"], summary: "Retry up to this many times after temporary failures; 0 to 10.", value: .free),
                    CommandOption(names: ["--quiet"], summary: "Print only warnings and errors on standard error."),
                    CommandOption(names: ["--progress"], summary: "How to show progress.", value: .words(["auto", "plain", "none"])),
                ],
                operands: [
                    CommandOperand(name: "local-image", value: .localImage),
                    CommandOperand(name: "destination", value: .destination),
                ],
                exclusive: [
                    ["--no-notify", "--require-notify"],
                    ["--no-notify", "--wait"],
                ]),
            CommandTree(
                name: "record", summary: "Record a push that another tool made, and notify the backend.",
                options: [
                    CommandOption(names: ["--digest"], summary: "The digest that was pushed to the destination.", value: .digest),
                    CommandOption(names: ["--metadata-file"], summary: "Read the images from the JSON that buildx, bake or jib wrote; - for standard input.", value: .file),
                    CommandOption(names: ["--refs-file"], summary: "Read the images from lines with references and digests; - for standard input.", value: .file),
                    CommandOption(names: ["--tool"], summary: "Store the name of the tool that pushed.", value: .free),
                    CommandOption(names: ["--no-notify"], summary: "Do not notify the backend of the push."),
                    CommandOption(names: ["--require-notify"], summary: "Exit with 75 if the backend could not be notified."),
                    CommandOption(names: ["--label"], summary: "Store this label in the record; may be repeated.", value: .label, repeats: true),
                    CommandOption(names: ["--message"], summary: "Store the reason for the push in the record.", value: .free),
                    CommandOption(names: ["--env-file"], summary: "Append the reference, the digest and the push id as variables, such as to \"$GITHUB_OUTPUT\".", value: .file),
                    CommandOption(names: ["--summary"], summary: "Append a Markdown table of the push, such as to \"$GITHUB_STEP_SUMMARY\".", value: .file),
                ],
                operands: [
                    CommandOperand(name: "destination", value: .destination),
                ],
                exclusive: [
                    ["--digest", "--metadata-file", "--refs-file"],
                    ["--no-notify", "--require-notify"],
                ]),
            CommandTree(
                name: "history", summary: "List and query past pushes.",
                verbs: [
                    CommandTree(
                        name: "list", summary: "List pushes, newest first.",
                        options: [
                            CommandOption(names: ["--repository"], summary: "Only this repository.", value: .repository, repeats: true),
                            CommandOption(names: ["--tag"], summary: "Only this tag.", value: .tag, repeats: true),
                            CommandOption(names: ["--digest"], summary: "Only digests with this prefix, with or without sha256:.", value: .digest, repeats: true),
                            CommandOption(names: ["--since"], summary: "Only pushes that started at or after this time.", value: .time),
                            CommandOption(names: ["--until"], summary: "Only pushes that started before this time.", value: .time),
                            CommandOption(names: ["--outcome"], summary: "Only pushes with this outcome.", value: .words(["running", "succeeded", "failed", "cancelled", "interrupted"]), repeats: true),
                            CommandOption(names: ["--notify"], summary: "Only pushes with this notification outcome.", value: .words(["pending", "delivered", "failed", "skipped"]), repeats: true),
                            CommandOption(names: ["--commit"], summary: "Only this commit, of the working directory or of the image.", value: .commit, repeats: true),
                            CommandOption(names: ["--host"], summary: "Only pushes from this host.", value: .host, repeats: true),
                            CommandOption(names: ["--user"], summary: "Only pushes by this user of the operating system or the CI run.", value: .user, repeats: true),
                            CommandOption(names: ["--label"], summary: "Only pushes with this label.", value: .label, repeats: true),
                            CommandOption(names: ["--moves"], summary: "Only pushes that created or moved their tag."),
                            CommandOption(names: ["--from"], summary: "Read the history that many machines share on this PostgreSQL server.", value: .free),
                            CommandOption(names: ["--limit"], summary: "Show at most this many pushes.", value: .free),
                            CommandOption(names: ["--reverse"], summary: "Show the oldest first."),
                            CommandOption(names: ["--no-trunc"], summary: "Do not truncate ids, digests, commits and messages in tables."),
                            CommandOption(names: ["--format"], summary: "Print a table, json, jsonl, csv, markdown, or template:<text> with {field}s, \\t and \\n.", value: .words(["table", "json", "jsonl", "csv", "markdown", "template:"])),
                        ],
                        operands: [
                            CommandOperand(name: "glob", value: .glob, isOptional: true),
                        ],
                        exclusive: [
                            ["--json", "--format"],
                        ]),
                    CommandTree(
                        name: "show", summary: "Show the details of one push.",
                        options: [
                            CommandOption(names: ["--from"], summary: "Read the history that many machines share on this PostgreSQL server.", value: .free),
                        ],
                        operands: [
                            CommandOperand(name: "push", value: .pushOrReference),
                        ]),
                    CommandTree(
                        name: "at", summary: "Print what a reference pointed at, now or at a given time, pinned to its digest.",
                        options: [
                            CommandOption(names: ["--remote"], summary: "Also query the registry for what the tag points at now."),
                            CommandOption(names: ["--from"], summary: "Read the history that many machines share on this PostgreSQL server.", value: .free),
                        ],
                        operands: [
                            CommandOperand(name: "reference", value: .reference),
                            CommandOperand(name: "time", value: .time, repeats: true, isOptional: true),
                        ],
                        exclusive: [
                            ["--remote", "<time>"],
                            ["--remote", "--from"],
                        ]),
                    CommandTree(
                        name: "stats", summary: "Count pushes by day and repository, with success rates.",
                        options: [
                            CommandOption(names: ["--by"], summary: "Count by this unit only, instead of by day and repository.", value: .words(["day", "repository", "user"])),
                            CommandOption(names: ["--repository"], summary: "Only this repository.", value: .repository, repeats: true),
                            CommandOption(names: ["--tag"], summary: "Only this tag.", value: .tag, repeats: true),
                            CommandOption(names: ["--digest"], summary: "Only digests with this prefix, with or without sha256:.", value: .digest, repeats: true),
                            CommandOption(names: ["--since"], summary: "Only pushes that started at or after this time.", value: .time),
                            CommandOption(names: ["--until"], summary: "Only pushes that started before this time.", value: .time),
                            CommandOption(names: ["--outcome"], summary: "Only pushes with this outcome.", value: .words(["running", "succeeded", "failed", "cancelled", "interrupted"]), repeats: true),
                            CommandOption(names: ["--notify"], summary: "Only pushes with this notification outcome.", value: .words(["pending", "delivered", "failed", "skipped"]), repeats: true),
                            CommandOption(names: ["--commit"], summary: "Only this commit, of the working directory or of the image.", value: .commit, repeats: true),
                            CommandOption(names: ["--host"], summary: "Only pushes from this host.", value: .host, repeats: true),
                            CommandOption(names: ["--user"], summary: "Only pushes by this user of the operating system or the CI run.", value: .user, repeats: true),
                            CommandOption(names: ["--label"], summary: "Only pushes with this label.", value: .label, repeats: true),
                            CommandOption(names: ["--moves"], summary: "Only pushes that created or moved their tag."),
                            CommandOption(names: ["--from"], summary: "Read the history that many machines share on this PostgreSQL server.", value: .free),
                        ]),
                    CommandTree(
                        name: "export", summary: "Write the history as JSON Lines, oldest push first.",
                        options: [
                            CommandOption(names: ["--repository"], summary: "Only this repository.", value: .repository, repeats: true),
                            CommandOption(names: ["--tag"], summary: "Only this tag.", value: .tag, repeats: true),
                            CommandOption(names: ["--digest"], summary: "Only digests with this prefix, with or without sha256:.", value: .digest, repeats: true),
                            CommandOption(names: ["--since"], summary: "Only pushes that started at or after this time.", value: .time),
                            CommandOption(names: ["--until"], summary: "Only pushes that started before this time.", value: .time),
                            CommandOption(names: ["--outcome"], summary: "Only pushes with this outcome.", value: .words(["running", "succeeded", "failed", "cancelled", "interrupted"]), repeats: true),
                            CommandOption(names: ["--notify"], summary: "Only pushes with this notification outcome.", value: .words(["pending", "delivered", "failed", "skipped"]), repeats: true),
                            CommandOption(names: ["--commit"], summary: "Only this commit, of the working directory or of the image.", value: .commit, repeats: true),
                            CommandOption(names: ["--host"], summary: "Only pushes from this host.", value: .host, repeats: true),
                            CommandOption(names: ["--user"], summary: "Only pushes by this user of the operating system or the CI run.", value: .user, repeats: true),
                            CommandOption(names: ["--label"], summary: "Only pushes with this label.", value: .label, repeats: true),
                            CommandOption(names: ["--moves"], summary: "Only pushes that created or moved their tag."),
                            CommandOption(names: ["--from"], summary: "Read the history that many machines share on this PostgreSQL server.", value: .free),
                        ],
                        operands: [
                            CommandOperand(name: "file", value: .file, isOptional: true),
                        ]),
                    CommandTree(
                        name: "import", summary: "Import push records from an export.",
                        operands: [
                            CommandOperand(name: "file", value: .file, isOptional: true),
                        ]),
                    CommandTree(
                        name: "verify", summary: "Check the hash chain, and that the tables match the events.",
                        options: [
                            CommandOption(names: ["--head"], summary: "A hash noted elsewhere, which the chain must contain.", value: .free),
                            CommandOption(names: ["--checkpoint"], summary: "Checkpoints that the history must match; - for standard input.", value: .file, repeats: true),
                            CommandOption(names: ["--allowed-signers"], summary: "The public keys that may sign checkpoints, as for ssh-keygen.", value: .file),
                            CommandOption(names: ["--identity"], summary: "Who must have signed, by a name in that file.", value: .free),
                            CommandOption(names: ["--against"], summary: "Compare with this event log, - for standard input; may be repeated.", value: .file, repeats: true),
                        ]),
                    CommandTree(
                        name: "checkpoint", summary: "Make a checkpoint of the history, to be kept elsewhere.",
                        options: [
                            CommandOption(names: ["--out"], summary: "Write the checkpoint to this new file instead of standard output.", value: .file),
                            CommandOption(names: ["--sign"], summary: "Sign it with this SSH key; a public key selects one of an agent.", value: .file),
                        ]),
                    CommandTree(
                        name: "reconcile", summary: "Resolve interrupted and spooled pushes, and verify unverified digests."),
                    CommandTree(
                        name: "prune", summary: "Delete the events of pushes that finished before a time.",
                        options: [
                            CommandOption(names: ["--before"], summary: "Only pushes that finished before this time.", value: .time, isRequired: true),
                            CommandOption(names: ["--dry-run"], summary: "Count what would be deleted, without deleting it."),
                            CommandOption(names: ["--yes"], summary: "Do not ask for confirmation; required without a terminal."),
                        ]),
                    CommandTree(
                        name: "backup", summary: "Copy the history to a new file, and verify the copy.",
                        operands: [
                            CommandOperand(name: "file", value: .file),
                        ]),
                    CommandTree(
                        name: "rebuild", summary: "Make the tables and indexes anew from the events.",
                        options: [
                            CommandOption(names: ["--head"], summary: "A hash noted elsewhere, which the chain must contain.", value: .free),
                            CommandOption(names: ["--checkpoint"], summary: "Checkpoints that the history must match; - for standard input.", value: .file, repeats: true),
                            CommandOption(names: ["--allowed-signers"], summary: "The public keys that may sign checkpoints, as for ssh-keygen.", value: .file),
                            CommandOption(names: ["--identity"], summary: "Who must have signed, by a name in that file.", value: .free),
                            CommandOption(names: ["--yes"], summary: "Do not ask for confirmation; required without a terminal."),
                        ]),
                    CommandTree(
                        name: "salvage", summary: "Read what can be read of a damaged history into a new file.",
                        options: [
                            CommandOption(names: ["--out"], summary: "The new file, which must not exist.", value: .file, isRequired: true),
                        ],
                        operands: [
                            CommandOperand(name: "file", value: .file),
                        ]),
                    CommandTree(
                        name: "sync", summary: "Send the history to a PostgreSQL server that many machines share.",
                        options: [
                            CommandOption(names: ["--dry-run"], summary: "Ask where the history stands on the server, without sending anything."),
                            CommandOption(names: ["--timeout"], summary: "How long the server may take to respond, such as 500ms, 30s or 2m.", value: .free),
                        ],
                        operands: [
                            CommandOperand(name: "remote", value: .free, isOptional: true),
                        ]),
                    CommandTree(
                        name: "report", summary: "Write a report of the pushes for people to read.",
                        options: [
                            CommandOption(names: ["--repository"], summary: "Only this repository.", value: .repository, repeats: true),
                            CommandOption(names: ["--tag"], summary: "Only this tag.", value: .tag, repeats: true),
                            CommandOption(names: ["--digest"], summary: "Only digests with this prefix, with or without sha256:.", value: .digest, repeats: true),
                            CommandOption(names: ["--since"], summary: "Only pushes that started at or after this time.", value: .time),
                            CommandOption(names: ["--until"], summary: "Only pushes that started before this time.", value: .time),
                            CommandOption(names: ["--outcome"], summary: "Only pushes with this outcome.", value: .words(["running", "succeeded", "failed", "cancelled", "interrupted"]), repeats: true),
                            CommandOption(names: ["--notify"], summary: "Only pushes with this notification outcome.", value: .words(["pending", "delivered", "failed", "skipped"]), repeats: true),
                            CommandOption(names: ["--commit"], summary: "Only this commit, of the working directory or of the image.", value: .commit, repeats: true),
                            CommandOption(names: ["--host"], summary: "Only pushes from this host.", value: .host, repeats: true),
                            CommandOption(names: ["--user"], summary: "Only pushes by this user of the operating system or the CI run.", value: .user, repeats: true),
                            CommandOption(names: ["--label"], summary: "Only pushes with this label.", value: .label, repeats: true),
                            CommandOption(names: ["--moves"], summary: "Only pushes that created or moved their tag."),
                            CommandOption(names: ["--format"], summary: "The format of the report.", value: .words(["html", "markdown"])),
                            CommandOption(names: ["--out"], summary: "Write the report to this file instead of standard output.", value: .file),
                            CommandOption(names: ["--force"], summary: "Replace the file if it exists."),
                        ],
                        operands: [
                            CommandOperand(name: "glob", value: .glob, isOptional: true),
                        ]),
                ],
                defaultVerb: "list"),
            CommandTree(
                name: "status", summary: "Show what needs attention, and what each tag points at.",
                options: [
                    CommandOption(names: ["--remote"], summary: "Also query the backend and the registry."),
                    CommandOption(names: ["--exit-code"], summary: "Exit with 1 if something needs attention."),
                    CommandOption(names: ["--short"], summary: "Print only counts, on one line for a prompt, and nothing if all is well."),
                    CommandOption(names: ["--format"], summary: "How to print the counts of --short: template:<text> with {field}s.", value: .words(["template:"])),
                    CommandOption(names: ["--since"], summary: "Hide problems that started before this time.", value: .time),
                ],
                operands: [
                    CommandOperand(name: "reference", value: .reference, isOptional: true),
                ],
                exclusive: [
                    ["--short", "--remote"],
                    ["--short", "--since"],
                    ["--short", "--json"],
                    ["--short", "<reference>"],
                ]),
            CommandTree(
                name: "enclave", summary: "Create and watch the enclaves that run your images.",
                verbs: [
                    CommandTree(
                        name: "list", summary: "List your enclaves.",
                        options: [
                            CommandOption(names: ["--archived"], summary: "Include destroyed enclaves."),
                        ]),
                    CommandTree(
                        name: "create", summary: "Create an enclave, which then waits for its image.",
                        options: [
                            CommandOption(names: ["--image"], summary: "The image to run: [<owner>/]<repo>:<tag>.", value: .destination, isRequired: true),
                            CommandOption(names: ["--instance-type"], summary: "The size.", value: .words(["small", "medium", "large"])),
                            CommandOption(names: ["--container-port"], summary: "The port that the container listens on.", value: .free),
                            CommandOption(names: ["--storage-size-bytes"], summary: "The storage to attach, in bytes; at least 134217728 (128 MiB).", value: .free),
                            CommandOption(names: ["--name"], summary: "A name for the enclave.", value: .free),
                            CommandOption(names: ["--visibility"], summary: "Who can see the enclave, such as public or private.", value: .words(["public", "private"])),
                            CommandOption(names: ["--upgradable"], summary: "Whether the enclave can be upgraded to a newer image."),
                            CommandOption(names: ["--no-upgradable"], summary: "Whether the enclave can be upgraded to a newer image."),
                        ],
                        exclusive: [
                            ["--upgradable", "--no-upgradable"],
                        ]),
                    CommandTree(
                        name: "status", summary: "Show one enclave.",
                        options: [
                            CommandOption(names: ["--wait"], summary: "Wait until the enclave runs or fails."),
                        ],
                        operands: [
                            CommandOperand(name: "enclave", value: .enclave),
                        ]),
                    CommandTree(
                        name: "logs", summary: "Print the logs of an enclave's build and container.",
                        operands: [
                            CommandOperand(name: "enclave", value: .enclave),
                        ]),
                    CommandTree(
                        name: "stop", summary: "Stop an enclave; its storage is kept.",
                        operands: [
                            CommandOperand(name: "enclave", value: .enclave),
                        ]),
                    CommandTree(
                        name: "start", summary: "Start an enclave that was stopped.",
                        operands: [
                            CommandOperand(name: "enclave", value: .enclave),
                        ]),
                    CommandTree(
                        name: "restart", summary: "Request a restart of an enclave.",
                        operands: [
                            CommandOperand(name: "enclave", value: .enclave),
                        ]),
                    CommandTree(
                        name: "destroy", summary: "Destroy an enclave and its storage permanently.",
                        options: [
                            CommandOption(names: ["--yes"], summary: "Do not ask for confirmation."),
                        ],
                        operands: [
                            CommandOperand(name: "enclave", value: .enclave),
                        ]),
                ]),
            CommandTree(
                name: "auth", summary: "Log in, log out, and see who you are.",
                verbs: [
                    CommandTree(
                        name: "login", summary: "Log in with your browser.",
                        options: [
                            CommandOption(names: ["--port"], summary: "Wait for the browser's response on this port of 127.0.0.1.", value: .free),
                            CommandOption(names: ["--no-browser"], summary: "Print the URL and open no browser."),
                        ]),
                    CommandTree(
                        name: "status", summary: "Show who you are; exit with 77 when you are not logged in.",
                        options: [
                            CommandOption(names: ["--remote"], summary: "Ask the backend whether the credentials are valid."),
                        ]),
                    CommandTree(
                        name: "logout", summary: "Delete the credentials on this machine."),
                    CommandTree(
                        name: "docker", summary: "Print the Docker configuration with which other tools log in."),
                ]),
            CommandTree(
                name: "notify", summary: "Resend push notifications to the backend.",
                options: [
                    CommandOption(names: ["--pending"], summary: "Resend every notification that the backend has not received."),
                ],
                operands: [
                    CommandOperand(name: "push", value: .push, repeats: true, isOptional: true),
                ]),
            CommandTree(
                name: "events", summary: "Print the events of the history.",
                options: [
                    CommandOption(names: ["--follow", "-f"], summary: "Wait for new events and print them; with --since or --after, first print the existing ones."),
                    CommandOption(names: ["--since"], summary: "Print events from this time on: RFC 3339, a local date or time, or an age such as 2h.", value: .time),
                    CommandOption(names: ["--after"], summary: "Print events with a greater sequence number than this one.", value: .free),
                    CommandOption(names: ["--type"], summary: "Print events of this type, such as push.finished; may be repeated.", value: .free, repeats: true),
                ]),
            CommandTree(
                name: "doctor", summary: "Check this machine for problems and suggest fixes.",
                options: [
                    CommandOption(names: ["--all"], summary: "Also list the checks that passed."),
                ]),
            CommandTree(
                name: "completion", summary: "Print the completion script of bash, zsh or fish, or install it.",
                options: [
                    CommandOption(names: ["--install"], summary: "Write the script to where the shell looks for it, and print the path."),
                ],
                operands: [
                    CommandOperand(name: "shell", value: .words(["bash", "zsh", "fish"])),
                ]),
            CommandTree(
                name: "schema", summary: "Print the JSON Schema of what --json prints.",
                operands: [
                    CommandOperand(name: "name", value: .words(["push", "push-result", "preview", "record", "history", "stats", "report", "import", "verify", "prune", "reconcile", "event", "status", "notify", "auth", "docker-entry", "logout", "enclaves", "enclave", "deed", "logs", "doctor", "completion", "completion-install", "checkpoint", "backup", "rebuild", "salvage", "sync", "error", "postgresql"]), isOptional: true),
                ]),
        ])
}
