import EnclaviaCore

/// Renders enclaves, as JSON or for people.
struct EnclaveRenderer {
    private let context: CommandContext

    init(_ context: CommandContext) {
        self.context = context
    }

    func render(_ enclaves: [Enclave]) throws {
        let console = context.console
        if context.invocation.wantsJSON {
            try console.result(JSONText.encode(enclaves.map(EnclaveJSON.init)))
            return
        }
        for line in table(enclaves).lines(for: console.out) { try console.result(line) }
    }

    /// The new enclave's id alone on standard output, so that scripts can take it.
    func render(created enclave: Enclave) throws {
        let console = context.console
        if context.invocation.wantsJSON {
            try console.result(JSONText.encode(EnclaveJSON(enclave)))
            return
        }
        console.say("created, \(Words.shown(enclave.status)): push its image to start the build")
        try console.result(Words.shown(enclave.id))
    }

    private func table(_ enclaves: [Enclave]) -> Table {
        Table(
            columns: [
                Table.Column("ID"), Table.Column("NAME", expendability: 3),
                Table.Column("IMAGE", canShrink: true), Table.Column("STATUS"),
                Table.Column("SIZE", expendability: 2), Table.Column("CREATED", expendability: 1),
            ],
            rows: enclaves.map { enclave in
                [
                    Table.Cell(enclave.id), Table.Cell(enclave.name ?? "-"),
                    Table.Cell(enclave.dockerImage ?? "-"),
                    Table.Cell(enclave.status, paint(enclave.status)),
                    Table.Cell(enclave.instanceType ?? "-"),
                    Table.Cell(
                        enclave.createdAt.map { Age.text(of: $0, at: context.now()) } ?? "-"),
                ]
            })
    }

    private func paint(_ status: String) -> Paint? {
        switch status {
        case "running": .green
        case "error": .red
        case "building", "waiting_for_image": .blue
        default: nil
        }
    }
}
