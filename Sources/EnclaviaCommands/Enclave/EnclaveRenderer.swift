import EnclaviaCore

extension PublishedSchema {
    static let enclave = PublishedSchema(
        "enclave", "enclave create, enclave status", .of(EnclaveJSON.self))
}

/// Renders enclaves, as JSON or for people.
struct EnclaveRenderer {
    private let context: CommandContext

    init(_ context: CommandContext) {
        self.context = context
    }

    func render(_ enclaves: [Enclave]) throws {
        try context.show(enclaves.map(EnclaveJSON.init)) { try $0.result(table(enclaves)) }
    }

    /// Prints nothing but the new enclave's id on standard output, for scripts.
    func render(created enclave: Enclave) throws {
        try context.show(EnclaveJSON(enclave)) { console in
            console.log(
                "created, \(enclave.status.printable): push its image to start the build")
            try console.result(enclave.id.printable)
        }
    }

    func render(_ enclave: Enclave) throws {
        try context.show(EnclaveJSON(enclave)) { console in
            for (title, value) in facts(enclave) {
                let padding = String(repeating: " ", count: max(1, 10 - title.count))
                try console.result(console.out.styled(title, .dim) + padding + value)
            }
        }
    }

    /// Prints the logs unchanged, but escapes them on a terminal.
    func render(_ logs: EnclaveLogs) throws {
        try context.show(EnclaveLogsJSON(logs)) { try print(logs, $0) }
    }

    private func print(_ logs: EnclaveLogs, _ console: Console) throws {
        if (logs.build ?? "").isEmpty, (logs.runtime ?? "").isEmpty {
            console.log("nothing has been logged yet")
        }
        for (title, log) in [("build", logs.build), ("runtime", logs.runtime)] {
            guard let log, !log.isEmpty else { continue }
            if console.stderr.isTerminal {
                console.log(console.stderr.styled("\(title) log", .dim))
            }
            let text = log.hasSuffix("\n") ? String(log.dropLast()) : log
            guard console.out.isTerminal else {
                try console.result(text)
                continue
            }
            for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
                let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
                try console.result(parts.map(TerminalText.escape).joined(separator: "    "))
            }
        }
    }

    func render(_ id: String, has action: EnclaveAction) throws {
        try context.show(EnclaveActionJSON(id: id, status: action)) { console in
            console.log(action.message)
            try console.result(id.printable)
        }
    }

    private func facts(_ enclave: Enclave) -> [(String, String)] {
        let status = context.console.out.styled(enclave.status.printable, enclave.style)
        var facts: [(String, String?)] = [
            ("id", enclave.id.printable), ("name", enclave.name.map { $0.printable }),
            ("status", status + (enclave.isArchived ? ", archived" : "")),
            ("error", enclave.errorMessage.map { $0.printable(limit: 2048) }),
            ("image", enclave.dockerImage.map { $0.printable }),
            ("size", enclave.instanceType.map { $0.printable }),
            ("port", enclave.containerPort.map(String.init)),
            ("storage", enclave.storageSizeBytes.map { "\($0) bytes" }),
            ("visible", enclave.visibility.map { $0.printable }),
            ("upgrades", enclave.isUpgradable.map { $0 ? "yes" : "no" }),
            ("created", enclave.createdAt.map(\.description)),
            ("endpoint", enclave.endpoint.map { $0.printable }),
        ]
        facts += (enclave.pcrs ?? [:]).sorted { $0.key < $1.key }
            .map { ($0.key.printable, $0.value.printable) }
        return facts.compactMap { title, value in value.map { (title, $0) } }
    }

    private func table(_ enclaves: [Enclave]) -> Table {
        Table(
            columns: [
                Table.Column("ID"), Table.Column("NAME", expendability: 3),
                Table.Column("IMAGE", canShrink: true, isName: true), Table.Column("STATUS"),
                Table.Column("SIZE", expendability: 2), Table.Column("CREATED", expendability: 1),
            ],
            rows: enclaves.map { enclave in
                [
                    Table.Cell(enclave.id), Table.Cell(enclave.name ?? "-"),
                    Table.Cell(enclave.dockerImage ?? "-"),
                    Table.Cell(enclave.status, enclave.style),
                    Table.Cell(enclave.instanceType ?? "-"),
                    Table.Cell(
                        enclave.createdAt.map { Age.text(of: $0, at: context.now()) } ?? "-"),
                ]
            })
    }
}
