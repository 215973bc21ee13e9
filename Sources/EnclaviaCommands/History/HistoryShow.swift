import ArgumentParser
import EnclaviaCore
import EnclaviaSystem

struct HistoryShow: EnclaviaCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one push, every field.",
        discussion: """
            A push is named by its id, six characters of its beginning or its end, or by sha256: and a \
            prefix of its digest, which is the newest push of that digest.
            """)

    static let results = [PublishedSchema.push]

    @Argument(
        help: ArgumentHelp("The push: an id, a part of one, or a digest.", valueName: "push"),
        completion: .value(.push))
    var push: String

    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let found = try NamedPush.find(push, in: try context.adapters.history())
        if context.invocation.wantsJSON {
            try context.console.result(storedJSON: found.json)
        } else {
            let record = try found.fields()
            for line in try PushDetail(context).lines(record) { try context.console.result(line) }
        }
        return .done
    }
}

/// One push for people: every field, times as local time and age too.
struct PushDetail {
    private let context: CommandContext

    init(_ context: CommandContext) {
        self.context = context
    }

    func lines(_ push: PushJSON) throws -> [String] {
        let width = RecordField.all.map(\.name.count).max() ?? 0
        return try RecordField.all.map { field in
            let name = field.name + String(repeating: " ", count: width - field.name.count)
            return "\(context.console.out.paint(name, .dim))  \(try value(field, push))"
        }
    }

    private func value(_ field: RecordField, _ push: PushJSON) throws -> String {
        let value = try field.value(push)
        if value == .null { return "-" }
        let text = TerminalText.escape(value.text)
        if field.name.hasSuffix("_at"),
            let moment = Timestamp(value.text)
        {
            let local = context.zone.civilTime(at: moment).minuteText
            return "\(text) (\(local) here, \(Age.text(of: moment, at: context.now())))"
        }
        return context.console.out.paint(text, paint(field, push))
    }

    private func paint(_ field: RecordField, _ push: PushJSON) -> Paint? {
        switch field.name {
        case "outcome": Paint(push.outcome)
        case "tag_change": push.tagChange.flatMap(Paint.init)
        case "notify_outcome": push.notify.outcome.flatMap(Paint.init)
        default: nil
        }
    }
}
