extension HistoryEvent {
    /// The event without any known secret in the texts that come from outside: the other side's, the engine's,
    /// the user's and the machine's words. What is held to a grammar stays: digests, references, destinations,
    /// addresses and times.
    package func without(_ secrets: SecretScrubber) -> HistoryEvent {
        guard !secrets.isEmpty else { return self }
        let subject: Subject =
            switch subject {
            case .push(let push, let step): .push(push, step.without(secrets))
            case .pruned, .login, .logout: subject
            }
        return HistoryEvent(id: id, time: time, subject: subject)
    }
}

extension PushStep {
    /// The step without any known secret, as ``HistoryEvent/without(_:)``.
    package func without(_ secrets: SecretScrubber) -> PushStep {
        switch self {
        case .started(let started): .started(started.without(secrets))
        case .authenticated(let known): .authenticated(known.without(secrets))
        // Of what is imported the file's own words count, on every machine.
        case .tagged, .pushed, .imported: self
        case .verified(let answer):
            .verified(
                PushVerified(
                    mediaType: answer.mediaType.map(secrets.scrub), sizeBytes: answer.sizeBytes))
        case .notified(let notified): .notified(notified.without(secrets))
        case .finished(let whole): .finished(whole.without(secrets))
        case .reconciled(let whole): .reconciled(whole.without(secrets))
        }
    }
}

extension PushStarted {
    fileprivate func without(_ secrets: SecretScrubber) -> PushStarted {
        PushStarted(
            destination: destination, backend: backend,
            localImage: secrets.scrub(localImage), labels: labels.mapValues(secrets.scrub),
            message: message.map(secrets.scrub), startedAt: startedAt, host: host, user: user,
            cliVersion: cliVersion)
    }
}

extension PushAuthenticated {
    fileprivate func without(_ secrets: SecretScrubber) -> PushAuthenticated {
        PushAuthenticated(
            reference: reference, source: source.without(secrets), engine: engine.without(secrets),
            context: context.without(secrets))
    }
}

extension PushSource {
    fileprivate func without(_ secrets: SecretScrubber) -> PushSource {
        switch self {
        case .engine(let image): .engine(image.without(secrets))
        case .registry(let digest, let labels): .registry(digest, labels.without(secrets))
        }
    }
}

extension LocalImage {
    fileprivate func without(_ secrets: SecretScrubber) -> LocalImage {
        LocalImage(
            id: id, revision: revision.map(secrets.scrub),
            source: source.map(secrets.scrub))
    }
}

extension ImageLabels {
    fileprivate func without(_ secrets: SecretScrubber) -> ImageLabels {
        ImageLabels(revision: revision.map(secrets.scrub), source: source.map(secrets.scrub))
    }
}

extension EngineVersion {
    fileprivate func without(_ secrets: SecretScrubber) -> EngineVersion {
        EngineVersion(name: secrets.scrub(name), version: secrets.scrub(version))
    }
}

extension PushContext {
    fileprivate func without(_ secrets: SecretScrubber) -> PushContext {
        var context = self
        context.gitBranch = gitBranch.map(secrets.scrub)
        context.ciRunURL = ciRunURL.map(secrets.scrub)
        context.ciActor = ciActor.map(secrets.scrub)
        return context
    }
}

extension NotifyRecord {
    fileprivate func without(_ secrets: SecretScrubber) -> NotifyRecord {
        var record = self
        record.message = message.map(secrets.scrub)
        record.answer = answer.map { answer in
            NotifyAnswer(
                matched: answer.matched, triggered: answer.triggered.map(secrets.scrub),
                staged: answer.staged.map {
                    StagedUpgrade(
                        enclaveID: secrets.scrub($0.enclaveID),
                        upgradeID: secrets.scrub($0.upgradeID), image: secrets.scrub($0.image))
                },
                rejectedNonUpgradable: answer.rejectedNonUpgradable.map(secrets.scrub))
        }
        return record
    }
}

extension PushRecord {
    fileprivate func without(_ secrets: SecretScrubber) -> PushRecord {
        var record = self
        record.localImage = secrets.scrub(localImage)
        record.image = image?.without(secrets)
        record.keptLabels = keptLabels?.without(secrets)
        record.message = message.map(secrets.scrub)
        record.state = state.without(secrets)
        record.notify = notify.without(secrets)
        record.labels = labels.mapValues(secrets.scrub)
        record.context = context.without(secrets)
        record.engine = engine?.without(secrets)
        return record
    }
}

extension PushState {
    fileprivate func without(_ secrets: SecretScrubber) -> PushState {
        switch self {
        case .failed(let failure, let contradicted):
            .failed(
                PushFailure(
                    stage: failure.stage, kind: failure.kind,
                    message: secrets.scrub(failure.message)),
                contradicted: contradicted?.without(secrets))
        case .succeeded(let manifest): .succeeded(manifest.without(secrets))
        case .running, .cancelled, .interrupted: self
        }
    }
}

extension PushedManifest {
    fileprivate func without(_ secrets: SecretScrubber) -> PushedManifest {
        var manifest = self
        manifest.mediaType = mediaType.map(secrets.scrub)
        return manifest
    }
}
