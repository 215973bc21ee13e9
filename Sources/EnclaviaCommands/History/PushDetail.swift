import EnclaviaCore
import EnclaviaSystem

/// One push for people: who, what, the result, the backend, the environment and the rest, a group each.
/// What is unknown has no line.
struct PushDetail {
    private struct Line {
        let title: String
        let text: String
        let style: Style?
    }

    private let push: PushJSON
    private let summary: PushSummary
    private let now: Timestamp
    private let zone: LocalZone

    init(_ push: PushJSON, _ context: CommandContext) {
        self.push = push
        summary = PushSummary(push)
        now = context.now()
        zone = context.zone
    }

    func lines(for stream: TerminalCapabilities) -> [String] {
        let groups = [who, what, result, backend, environment, rest].filter { !$0.isEmpty }
        let width = groups.joined().map(\.title.count).max() ?? 0
        let texts = groups.map { group in
            group.map { line in
                let padding = String(repeating: " ", count: width - line.title.count + 2)
                let text = TerminalText.escape(line.text)
                let title = line.title.isEmpty ? "" : stream.styled(line.title, .dim)
                return title + padding + stream.styled(text, line.style)
            }
        }
        return Array(texts.joined(separator: [""]))
    }

    private func line(_ title: String, _ text: String?, _ style: Style? = nil) -> [Line] {
        text.map { [Line(title: title, text: $0, style: style)] } ?? []
    }

    /// `2026-11-17 14:03 (4 min ago)`.
    private func time(_ moment: Timestamp) -> String {
        "\(minute(moment)) (\(Age.text(of: moment, at: now)))"
    }

    private func minute(_ moment: Timestamp) -> String {
        zone.civilTime(at: moment).minuteText
    }

    /// The time, unless the line `when` shows the same minute.
    private func other(_ moment: Timestamp?) -> Timestamp? {
        moment.flatMap { minute($0) == minute(push.startedAt) ? nil : $0 }
    }
}

extension PushDetail {
    private var who: [Line] {
        let context = push.context
        return line("push", push.id.text)
            + line("when", when)
            + line("who", context.actor)
            + line("user", context.user == summary.who ? nil : context.user)
            + line("host", context.host)
            + line("commit", commit)
            + line("branch", context.gitBranch)
            + line("CI", context.ciProvider)
            + line("CI run", context.ciRunURL)
    }

    private var when: String {
        let took = push.finishedAt.map { finished in
            let duration = finished.milliseconds - push.startedAt.milliseconds
            return ", took \(MessageText.time(milliseconds: duration))"
        }
        return time(push.startedAt) + (took ?? "")
    }

    private var commit: String? {
        push.context.gitCommit.map {
            $0 + (push.context.gitDirty == true ? ", with uncommitted changes" : "")
        }
    }

    private var what: [Line] {
        line("reference", push.reference)
            + line("destination", push.reference == nil ? push.destination : nil)
            + line("local image", push.isKept || push.isExternal ? nil : push.localImage)
            + line("image id", push.localImageID)
            + line("image revision", push.imageRevision)
            + line("image source", push.imageSource)
    }

    private var result: [Line] {
        let movedFrom = push.tagChange == .moved ? push.previousDigest : nil
        let held = push.digest == nil ? push.previousDigest : nil
        return line("result", outcome, summary.resultStyle)
            + line("failure", push.failure?.message, .red)
            + line("failed at", push.failure.map { "\($0.stage.rawValue) (\($0.kind))" })
            + line("digest", push.digest?.description)
            + line("moved from", movedFrom?.description)
            + line("previous digest", held?.description)
            + line("recorded", other(push.pushedAt).map(time))
            + line("confirmed", push.digest == nil ? nil : confirmed)
            + line("media type", push.mediaType)
            + line("size", push.sizeBytes.map(ByteCount.text))
    }

    private var outcome: String {
        guard push.tagChange != nil, push.tagChangeSource == .history else { return summary.result }
        return summary.result + ", according to this history"
            + (push.isExternal ? "" : ": the registry could not be queried")
    }

    private var confirmed: String {
        push.digestVerified ? "by the registry" : "not by the registry"
    }

    private var backend: [Line] {
        let notify = push.notify
        return line("backend", notification, summary.backendStyle)
            + line("backend URL", push.backend)
            + line("enclaves", notify.matched.map { "\($0) matched" })
            + line("builds started", list(notify.triggered))
            + line("upgrades staged", list(notify.staged.map(\.upgradeID)))
            + line("not upgradable", list(notify.rejectedNonUpgradable))
    }

    /// Whether the backend was notified, when, and after how many requests if there were several; or why it was
    /// not.
    private var notification: String? {
        let notify = push.notify
        guard notify.outcome != nil else { return nil }
        let at = other(notify.at).map { " \(minute($0))" } ?? ""
        let requests = notify.attempts > 1 ? ", after \(notify.attempts) requests" : ""
        return summary.backend + at + requests + (notify.message.map { ": \($0)" } ?? "")
    }

    private func list(_ names: [String]) -> String? {
        names.isEmpty ? nil : names.joined(separator: ", ")
    }

    private var environment: [Line] {
        let engine = [push.engine.name, push.engine.version].compactMap { $0 }
        return line(
            push.isExternal ? "pushed with" : "engine",
            engine.isEmpty ? nil : engine.joined(separator: " "))
            + line("enclavia", push.cliVersion)
            + line("imported", imported)
    }

    private var imported: String? {
        push.origin.map { origin in
            time(origin.importedAt) + (origin.host.map { ", from \($0)" } ?? "")
        }
    }

    private var rest: [Line] {
        push.labels.sorted { $0.key < $1.key }.enumerated().flatMap { index, label in
            line(index == 0 ? "labels" : "", "\(label.key)=\(label.value)")
        } + line("message", push.message)
    }
}
