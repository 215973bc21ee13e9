extension RecordField {
    /// All fields, in the order of CSV and SQL. Add new ones at the end, so that each keeps its place there.
    package static let all: [RecordField] = [
        RecordField("schema_version", .constant(1), "The version of the record's format.") { _ in
            PushJSON.schemaVersion
        },
        RecordField(
            "id", .pushID,
            "The UUID (version 7) of the push; ids sort by the time at which pushes started."
        ) { $0.id.text },
        RecordField(
            "revision", .integer(minimum: 1),
            "The number of events that the record is made of. A higher one is newer."
        ) { $0.revision },
        RecordField(
            "origin.imported_at", .time,
            "When the record was first imported; null for a push made on this machine."
        ) { $0.origin?.importedAt.description },
        RecordField(
            "origin.host", .nullable(.text),
            "The machine from whose history it was imported."
        ) { $0.origin?.host },
        RecordField("destination", .text, "The destination, as typed.") { $0.destination },
        RecordField("backend", .text, "The backend's URL.") { $0.backend },
        RecordField(
            "reference", .nullable(.text),
            "`registry/owner/repository:tag`; null until the registry is known."
        ) { $0.reference },
        RecordField("registry", .nullable(.text), "The reference's registry.") { $0.registry },
        RecordField("owner", .nullable(.text), "The reference's namespace.") { $0.owner },
        RecordField("repository", .nullable(.text), "The reference's repository.") {
            $0.repository
        },
        RecordField("tag", .nullable(.text), "The reference's tag.") { $0.tag },
        RecordField(
            "local_image", .text,
            "The local image, as typed; for an image that the registry held already, because the push kept it or"
                + " another tool had pushed it, its digest."
        ) { $0.localImage },
        RecordField("local_image_id", .nullable(.text), "The engine's id of the local image.") {
            $0.localImageID
        },
        RecordField(
            "image_revision", .nullable(.text),
            "The image's label `org.opencontainers.image.revision`."
        ) { $0.imageRevision },
        RecordField(
            "image_source", .nullable(.text),
            "The image's label `org.opencontainers.image.source`."
        ) { $0.imageSource },
        RecordField(
            "digest", .nullable(.digest),
            "The digest that the registry recorded, `sha256:` and 64 hexadecimal digits."
        ) { $0.digest?.description },
        RecordField("media_type", .nullable(.text), "The manifest's media type.") {
            $0.mediaType
        },
        RecordField(
            "digest_verified", .boolean, "Whether the registry confirmed the digest."
        ) { $0.digestVerified },
        RecordField(
            "tag_change", .nullable(.cases(of: TagChange.self)),
            "How the push changed what the tag pointed at."
        ) { $0.tagChange?.rawValue },
        RecordField(
            "previous_digest", .nullable(.digest),
            "What the tag pointed at before; if the registry reported it, also for a failed or running push."
        ) { $0.previousDigest?.description },
        RecordField("size_bytes", .nullable(.count), "The total size of the manifest's layers.") {
            $0.sizeBytes
        },
        RecordField("started_at", .time, "When the push started.") { $0.startedAt.description },
        RecordField("pushed_at", .nullable(.time), "When the digest was recorded.") {
            $0.pushedAt?.description
        },
        RecordField("finished_at", .nullable(.time), "When the push finished.") {
            $0.finishedAt?.description
        },
        RecordField(
            "outcome", .cases(of: PushOutcome.self),
            """
            The result of the push. A push whose process died is interrupted; in the database it is `running` \
            until the next write.
            """
        ) { $0.outcome.rawValue },
        RecordField(
            "failure.stage", .cases(of: PushStage.self), "The step at which the push failed."
        ) { $0.failure?.stage.rawValue },
        RecordField(
            "failure.kind", .text, "The kind of the failure, as listed with the exit codes."
        ) {
            $0.failure?.kind
        },
        RecordField("failure.message", .text, "Why the push failed, in words.") {
            $0.failure?.message
        },
        RecordField(
            "notify.outcome", .nullable(.cases(of: NotifyOutcome.self)),
            "The result of notifying the backend."
        ) { $0.notify.outcome?.rawValue },
        RecordField("notify.at", .nullable(.time), "When that outcome was reached.") {
            $0.notify.at?.description
        },
        RecordField("notify.attempts", .count, "How many requests were sent.") {
            $0.notify.attempts
        },
        RecordField(
            "notify.matched", .nullable(.count),
            "How many enclaves wait for the image or run it; null until the backend has responded."
        ) { $0.notify.matched },
        RecordField(
            "notify.triggered", .array(of: .text), "The enclaves whose build was started."
        ) { try listText($0.notify.triggered) },
        RecordField(
            "notify.staged", .array(of: .of(StagedUpgrade.self)),
            "The upgrades that are waiting for approval."
        ) { try listText($0.notify.staged) },
        RecordField(
            "notify.rejected_non_upgradable", .array(of: .text),
            "The enclaves that cannot be upgraded to another image."
        ) { try listText($0.notify.rejectedNonUpgradable) },
        RecordField(
            "notify.message", .nullable(.text), "Why the backend was not notified, in words."
        ) { $0.notify.message },
        RecordField("labels", .map(to: .text), "The labels given with `--label`, an object.") {
            try mapText($0.labels)
        },
        RecordField("context.host", .nullable(.text), "The machine that pushed.") {
            $0.context.host
        },
        RecordField("context.user", .nullable(.text), "The operating system user.") {
            $0.context.user
        },
        RecordField(
            "context.git_commit", .nullable(.text),
            """
            The commit of the working directory, as reported by git. If git reports none, because there is no \
            checkout or another user owns it, the commit of the CI run; for a pull request, the commit that the \
            provider reports, which on GitHub is the merge commit.
            """
        ) { $0.context.gitCommit },
        RecordField(
            "context.git_branch", .nullable(.text),
            """
            The branch of the commit. If git reports none, or the commit is checked out without a branch, the \
            branch of the CI run; for a pull request, the branch to be merged; null for the run of a tag.
            """
        ) { $0.context.gitBranch },
        RecordField(
            "context.git_dirty", .nullable(.boolean),
            "Whether tracked files differ from the commit; null if git does not report it."
        ) { $0.context.gitDirty },
        RecordField(
            "context.ci_provider", .nullable(.text),
            "The CI provider: \(CIProvider.list)."
        ) { $0.context.ciProvider },
        RecordField("context.ci_run_url", .nullable(.text), "The URL of the CI run.") {
            $0.context.ciRunURL
        },
        RecordField("context.ci_actor", .nullable(.text), "Who started the CI run.") {
            $0.context.ciActor
        },
        RecordField(
            "engine.name", .nullable(.text),
            """
            The engine that pushed, such as `docker`; for a push recorded with `enclavia record`, the name of the \
            tool, or `external`.
            """
        ) { $0.engine.name },
        RecordField(
            "engine.version", .nullable(.text),
            "The version of the engine; null for a push recorded with `enclavia record`."
        ) { $0.engine.version },
        RecordField("cli_version", .text, "The version of `enclavia`.") { $0.cliVersion },
        RecordField(
            "tag_change_source", .nullable(.cases(of: TagChangeSource.self)),
            """
            The source of `tag_change`: the registry, or, if it was not queried before the push, this machine's \
            earlier pushes of the reference; null in older records, and if neither knows.
            """, since: 2
        ) { $0.tagChangeSource?.rawValue },
        RecordField(
            "message", .nullable(.text), "The reason given with `--message`.", since: 2
        ) { $0.message },
    ]

    // Most pushes have empty lists and at most one label, which need no encoder.

    private static func listText(_ list: [some Encodable]) throws -> String {
        list.isEmpty ? "[]" : try JSONText.encode(list)
    }

    private static func mapText(_ map: [String: String]) throws -> String {
        switch (map.count, map.first) {
        case (1, let (key, value)?): "{\(try JSONText.string(key)):\(try JSONText.string(value))}"
        case (0, _): "{}"
        default: try JSONText.encode(map)
        }
    }
}
