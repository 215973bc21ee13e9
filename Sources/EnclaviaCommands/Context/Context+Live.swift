package enum Live { package static func run(_ a: [String]) async -> ExitStatus { .done } }
