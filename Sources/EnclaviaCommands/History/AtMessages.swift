import EnclaviaCore
import EnclaviaSystem

/// How a tag came to point where it did, for people.
struct AtMessages {
    private let push: PushRecord
    /// `nil` for now.
    private let moment: Timestamp?
    private let zone: LocalZone
    private let stderr: TerminalCapabilities

    /// - Parameters:
    ///   - push: the newest that had succeeded by then.
    ///   - moment: `nil` for now.
    init(_ push: PushRecord, at moment: Timestamp?, zone: LocalZone, stderr: TerminalCapabilities) {
        self.push = push
        self.moment = moment
        self.zone = zone
        self.stderr = stderr
    }

    /// - Parameter isAlone: whether this history alone is enough: nobody else may push, or the registry is
    ///   queried, too.
    func lines(_ timeline: TagTimeline, isAlone: Bool) throws(StoreError) -> [String] {
        let since = try timeline.since.record()
        let name = PushSummary(push).reference.printable
        var lines = [
            moment.map { "\(name) pointed at \(digest(push)) on \(local($0))" }
                ?? "\(name) points at \(digest(push))",
            line("since", "\(beginning(since)), \(verb(since))\(details(since))"),
        ]
        if since.id != push.id {
            let verb = PushJSON(push).isKept ? "kept" : "pushed"
            lines.append(line("again", "\(time(push)), \(verb)\(details(push))"))
        }
        lines.append(line("backend", backend))
        if let before = try before(since, timeline) { lines.append(line("before", before)) }
        if let next = try timeline.next?.record() {
            lines.append(
                line("moved on", "\(time(next)), to \(digest(next))\(details(next))"))
        } else if moment != nil {
            lines.append(line("moved on", "not since then, according to this history"))
        }
        if !isAlone {
            lines.append(
                line(
                    "registry",
                    moment == nil
                        ? "not queried, and other machines may push too: use --remote to query it"
                        : "not queried: it knows only the present; import the pushes of other machines to include them"
                ))
        }
        return lines
    }

    private func line(_ label: String, _ text: String) -> String {
        let padding = String(repeating: " ", count: 8 - label.count)
        return "  \(stderr.styled(label, .dim))\(padding)  \(text)"
    }

    /// When the tag came to point at its digest. A push that left the tag unchanged gives only the latest
    /// possible time.
    private func beginning(_ since: PushRecord) -> String {
        time(since) + (since.state.manifest?.tagChange == .unchanged ? " or earlier" : "")
    }

    /// What the push did to the tag.
    private func verb(_ push: PushRecord) -> String {
        if PushJSON(push).isKept { return "kept" }
        return switch push.state.manifest?.tagChange {
        case .created: "new tag"
        case .moved: "moved"
        case .unchanged: "same image pushed"
        case nil: "pushed"
        }
    }

    /// Who, on which host, from which commit, and which push.
    private func details(_ push: PushRecord) -> String {
        let context = push.context
        let who = PushSummary(push).who
        var text = who == "-" ? "" : " by \(who.printable)"
        if let host = context.host { text += " on \(host.printable)" }
        if push.origin != nil { text += " (imported)" }
        if let commit = context.gitCommit {
            text += ", commit \(commit.prefix(7).printable)"
            if context.gitDirty == true { text += " with uncommitted changes" }
        }
        return text + ", push \(push.id.text.suffix(8))"
    }

    private var backend: String {
        let message = push.notify.message.map { ": \($0.printable)" } ?? ""
        return switch push.notify.outcome {
        case .delivered: "told\(push.notify.at.map { " on \(local($0))" } ?? "")"
        case .pending: "not told yet\(message)"
        case .failed: "refused\(message)"
        case .skipped: "not told: skipped\(message)"
        case nil: "not told"
        }
    }

    /// What the tag held before `since`; `nil` where the tag was new, and where `since` left it unchanged, so
    /// that this history does not know.
    private func before(_ since: PushRecord, _ timeline: TagTimeline) throws(StoreError) -> String?
    {
        guard let manifest = since.state.manifest, manifest.tagChange != .created,
            manifest.tagChange != .unchanged
        else { return nil }
        let before = try timeline.before?.record()
        let known = before?.state.manifest?.digest
        guard let held = manifest.previousDigest ?? known else { return "unknown" }
        guard held == known, let push = try timeline.beforeSince?.record() else {
            return "\(held.hex.prefix(12)), by a push that is not in this history"
        }
        return "\(held.hex.prefix(12)), since \(time(push))\(details(push))"
    }

    private func digest(_ push: PushRecord) -> String {
        push.state.manifest.map { String($0.digest.hex.prefix(12)) } ?? "-"
    }

    private func time(_ push: PushRecord) -> String {
        local(push.state.manifest?.pushedAt ?? push.startedAt)
    }

    private func local(_ moment: Timestamp) -> String { zone.civilTime(at: moment).minuteText }
}

extension AtMessages {
    /// The digest in the registry, compared with the one in the history, as a sentence.
    enum Comparison: Equatable {
        case agrees(String)
        /// They differ, or the registry could not be queried.
        case differs(String)
    }

    func sentence(_ remote: RemoteTag, of reference: ImageReference) -> Comparison {
        let name = "\(reference.path):\(reference.tag)".printable
        switch remote {
        case .digest(let digest) where digest == push.state.manifest?.digest:
            return .agrees("the registry agrees: \(name) points at \(digest.hex.prefix(12))")
        case .digest(let digest):
            return .differs(
                "the registry differs: \(name) points at \(digest.hex.prefix(12)) there: a push that is not in"
                    + " this history moved it")
        case .absent:
            return .differs("the registry differs: it has no tag \(name)")
        case .notYours(let access):
            return .differs(
                "the registry was not queried: \(name) is in \(reference.registry.printable), and you are"
                    + " logged in as \(access.handle.printable) at \(access.registry.printable)"
            )
        case .backendUnavailable(let error):
            return .differs(
                "the backend could not be queried: \(ErrorMessages.explain(error).message)")
        case .registryUnavailable(let error):
            return .differs(
                "the registry could not be queried: \(ErrorMessages.explain(error).message)")
        }
    }
}
