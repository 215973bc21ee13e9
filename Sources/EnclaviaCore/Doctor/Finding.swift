/// Something that was looked at, and what was seen.
package enum Finding: Hashable, Sendable {
    case fileSystem(StoreSurvey.FileSystem, directory: String)
    case filesSafe(directory: String)
    case unsafeFile(StoreSurvey.UnsafeFile)
    case freeSpace(bytes: Int64, directory: String)
    case store(StoreSurvey.Condition, directory: String)
    case spool(pushes: Int, directory: String)
    case engineClient(EngineStatus)
    case engine(EngineStatus)
    /// The client is there, and cannot be run.
    case engineProgram(path: String, ProgramFault)
    /// The client runs, and cannot work with its engine.
    case engineTrouble(EngineTrouble, reason: String)
    case engineConfiguration(EngineConfigurationFault)
    case credentialHelper(EngineStatus.CredentialHelper)
    case leftovers([String])
    /// ENCLAVIA_TAG_POLICY has so many rules.
    case tagPolicy(rules: Int)
    case badTagPolicy(TagPolicyRulesError)
    case account(Account?)
    case credentials(BackendError)
    /// Credentials that rotate, where many machines may hold copies of them.
    case rotatingUnderCI(path: String)
    case backend(BackendError)
    /// How far the backend's clock is ahead, in milliseconds.
    case clock(offset: Int64)
    case completion(InstalledCompletion)

    /// What a finding is about, as `--json` spells it.
    package enum Check: String, Hashable, Sendable, Codable, CaseIterable {
        case fileSystem = "file_system"
        case permissions
        case freeSpace = "free_space"
        case store, spool
        case engineClient = "engine_client"
        case engine
        case engineConfiguration = "engine_configuration"
        case credentialHelper = "credential_helper"
        case tagPolicy = "tag_policy"
        case leftovers, account, credentials, backend, clock, completion
    }

    package enum Level: String, Hashable, Sendable, Codable, CaseIterable {
        case ok, warning, error
    }
}

extension Finding {
    /// Below this, in bytes, no push can be recorded for long: the write-ahead log alone takes some.
    package static let scarceBytes: Int64 = 16 << 20
    /// Below this, in bytes, it is worth a word.
    package static let lowBytes: Int64 = 256 << 20
    /// A clock that is off by more, in milliseconds, makes tokens look fresh that are not.
    package static let clockTolerance: Int64 = 30_000

    package var check: Check {
        switch self {
        case .fileSystem: .fileSystem
        case .filesSafe, .unsafeFile: .permissions
        case .freeSpace: .freeSpace
        case .store: .store
        case .spool: .spool
        case .engineClient, .engineProgram: .engineClient
        case .engine, .engineTrouble: .engine
        case .engineConfiguration: .engineConfiguration
        case .credentialHelper: .credentialHelper
        case .leftovers: .leftovers
        case .tagPolicy, .badTagPolicy: .tagPolicy
        case .account: .account
        case .credentials, .rotatingUnderCI: .credentials
        case .backend: .backend
        case .clock: .clock
        case .completion: .completion
        }
    }

    /// An error keeps pushes from being made or recorded; a warning is what may bite later.
    package var level: Level {
        switch self {
        case .fileSystem(let kind, _): kind == .local ? .ok : .warning
        case .filesSafe: .ok
        case .unsafeFile(let file):
            if case .open(let mode, _) = file.danger, mode & 0o022 == 0 { .warning } else { .error }
        case .freeSpace(let bytes, _):
            bytes < Self.scarceBytes ? .error : bytes < Self.lowBytes ? .warning : .ok
        case .store(.none, _), .store(.sound, _): .ok
        case .store: .error
        case .spool(let pushes, _): pushes == 0 ? .ok : .warning
        case .engineClient(let status):
            status.path.map { EngineStatus.isSnap($0) ? .warning : .ok } ?? .error
        case .engine(let status): status.engine == nil ? .error : .ok
        case .engineProgram, .engineTrouble: .error
        case .engineConfiguration: .warning
        case .credentialHelper(let helper): helper.path == nil ? .warning : .ok
        case .leftovers(let paths): paths.isEmpty ? .ok : .warning
        case .tagPolicy: .ok
        case .badTagPolicy: .error
        case .account(let account): account == nil ? .warning : .ok
        case .credentials, .backend: .error
        case .rotatingUnderCI: .warning
        case .clock(let offset): abs(offset) > Self.clockTolerance ? .warning : .ok
        case .completion(let completion):
            if case .current = completion.state { .ok } else { .warning }
        }
    }
}
