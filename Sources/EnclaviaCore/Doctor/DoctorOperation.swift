/// Looks for what on this machine will bite; changes nothing.
package struct DoctorOperation: Sendable {
    private let store: any StoreProbe
    private let engine: any EngineProbe
    private let accounts: any Accounts
    private let clock: any ClockProbe
    private let completion: any CompletionProbe
    private let isContinuousIntegration: Bool
    /// What is wrong with ENCLAVIA_TAG_POLICY; `nil` where it is not set.
    private let tagPolicy: Result<TagPolicyRules, TagPolicyRulesError>?

    package init(
        store: any StoreProbe, engine: any EngineProbe, accounts: any Accounts,
        clock: any ClockProbe, completion: any CompletionProbe, isContinuousIntegration: Bool,
        tagPolicy: Result<TagPolicyRules, TagPolicyRulesError>? = nil
    ) {
        self.store = store
        self.engine = engine
        self.accounts = accounts
        self.clock = clock
        self.completion = completion
        self.isContinuousIntegration = isContinuousIntegration
        self.tagPolicy = tagPolicy
    }

    /// All findings, the good ones too.
    package func run() async -> [Finding] {
        async let engineFindings = engineFindings()
        async let offset = result { () async throws(BackendError) in try await clock.clockOffset() }
        var findings = Self.findings(of: store.survey())
        findings += await engineFindings
        findings.append(.leftovers(engine.leftovers()))
        switch tagPolicy {
        case nil: break
        case .success(let rules): findings.append(.tagPolicy(rules: rules.count))
        case .failure(let error): findings.append(.badTagPolicy(error))
        }
        findings += account()
        findings += Self.findings(ofClock: await offset)
        findings += completion.installed().map(Finding.completion)
        return findings
    }

    private static func findings(of survey: StoreSurvey) -> [Finding] {
        let directory = survey.directory
        var findings: [Finding] = [.fileSystem(survey.fileSystem, directory: directory)]
        findings +=
            survey.unsafeFiles.isEmpty
            ? [.filesSafe(directory: directory)] : survey.unsafeFiles.map(Finding.unsafeFile)
        if let bytes = survey.freeBytes {
            findings.append(.freeSpace(bytes: bytes, directory: directory))
        }
        findings.append(.store(survey.condition, directory: directory))
        findings.append(.spool(pushes: survey.spooled, directory: directory))
        return findings
    }

    /// An engine is not asked for where its client is missing: one finding is enough.
    private func engineFindings() async -> [Finding] {
        let status = await engine.status()
        var findings: [Finding]
        switch await engine.diagnosis(of: status) {
        case .program(let path, let fault): findings = [.engineProgram(path: path, fault)]
        case .trouble(let trouble, let reason):
            findings = [.engineClient(status), .engineTrouble(trouble, reason: reason)]
        case .reached(let engine):
            let status = status.answered(by: engine)
            findings = [.engineClient(status), .engine(status)]
        case nil:
            findings = [.engineClient(status)]
            if status.path != nil { findings.append(.engine(status)) }
        }
        if let fault = status.configurationFault {
            findings.append(.engineConfiguration(fault))
        }
        if let helper = status.credentialHelper { findings.append(.credentialHelper(helper)) }
        return findings
    }

    private func account() -> [Finding] {
        do throws(BackendError) {
            let account = try accounts.account()
            guard isContinuousIntegration, let path = account?.rotatingFile else {
                return [.account(account)]
            }
            return [.account(account), .rotatingUnderCI(path: path)]
        } catch {
            return [.credentials(error)]
        }
    }

    private static func findings(ofClock offset: Result<Int64?, BackendError>) -> [Finding] {
        switch offset {
        case .success(let offset?): [.clock(offset: offset)]
        case .success(nil): []
        // Those are told of as credentials already.
        case .failure(.configuration), .failure(.wrongBackend): []
        case .failure(let error): [.backend(error)]
        }
    }
}

extension Account {
    /// The file with credentials that rotate, which work in one place only; `nil` for others.
    package var rotatingFile: String? {
        guard case .file(let path) = source, case .rotating = kind else { return nil }
        return path
    }
}
