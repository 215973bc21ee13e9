import EnclaviaCore
import EnclaviaSystem

/// What the history proves: what `verify` found, and what to compare it with.
struct ReportEvidenceSection {
    private let evidence: ReportEvidence
    private let verification: VerifyReport
    private let values: ReportValues

    init(_ evidence: ReportEvidence, _ verification: VerifyReport, _ values: ReportValues) {
        self.evidence = evidence
        self.verification = verification
        self.values = values
    }

    var section: ReportSection {
        ReportSection(
            id: "evidence", heading: "Evidence",
            paragraphs: findings + damaged + limits,
            facts: [
                ReportFact("Chain", values.code(evidence.chain)),
                ReportFact("Events", values.number(evidence.events)),
                ReportFact("Head", values.code(evidence.head)),
                ReportFact("Last kept checkpoint", checkpoint),
            ])
    }

    /// The lines of `enclavia history verify`.
    private var findings: [ReportText] {
        let plain = TerminalCapabilities(isTerminal: false, hasColor: false, width: nil)
        let lines = verification.lines(on: plain, in: values.zone)
        return lines.enumerated().map { number, line in
            guard number == 0, let colon = line.firstIndex(of: ":") else {
                return ReportText(sentence: line) { .outside($0) }
            }
            let tone: ReportTone =
                switch verification.isIntact {
                case true?: .good
                case false?: .bad
                case nil: .waiting
                }
            return ReportText([
                .code("enclavia history verify"), .own(": "), .mark(String(line[..<colon]), tone),
                .outside(String(line[colon...])),
            ])
        }
            + [verification.remark].compactMap { $0 }
            .map { ReportText(sentence: $0) { .outside($0) } }
    }

    private var damaged: [ReportText] {
        evidence.damaged.map { name in
            ReportText([
                .mark("changed", .bad), .own(": a checkpoint that was kept in "), .outside(name),
            ])
        }
    }

    private var limits: [ReportText] {
        let sentences = [
            """
            The hash of each event covers the event before it: an event that was edited, deleted or inserted \
            changes the head.
            """,
            """
            The chain alone cannot show that all of it was made anew, or that its newest events are missing: \
            compare the head with one that was noted elsewhere, with a signed checkpoint, or with the event log of \
            another machine (`enclavia history verify --head`, `--checkpoint`, `--against`).
            """,
        ]
        return sentences.map { ReportText(sentence: $0) { .own($0) } }
    }

    private var checkpoint: ReportText {
        guard let kept = evidence.kept else { return "none" }
        let difference = kept.difference.map {
            ErrorMessages.sentence(.checkpoint(file: kept.name, $0), of: nil)
        }
        let finding: [ReportText.Part] =
            difference.map { [.own(": "), .mark("differs", .bad), .own(": "), .outside($0)] }
            ?? [.own(": "), .mark("unchanged", .good), .own(" since then")]
        return ReportText(
            [
                .own(
                    "event \(kept.checkpoint.sequence),"
                        + " \(values.zone.text(at: kept.checkpoint.time)), "),
                .code(kept.checkpoint.hash),
            ] + finding)
    }
}
