import EnclaviaCore
import FoundationEssentials

/// The Enclavia backend over HTTP.
package struct EnclaviaBackend: Backend {
    /// Tries of a call that may be repeated, the first included.
    private static let tries = 3

    let calls: BackendCalls

    package init(
        settings: ServiceSettings, transport: Transport, system: any SystemEnvironment
    ) {
        calls = BackendCalls(
            tokens: AccessTokens(
                settings: settings, transport: transport, system: system))
    }

    /// The backend's URL. An invalid setting is returned as the user wrote it, without the parts that may be
    /// secret; the first request then throws the error.
    package var url: String {
        let settings = calls.tokens.settings
        if let backend = try? calls.tokens.backend() { return backend.description }
        let asked = settings.backendURL ?? ServiceSettings.defaultBackend
        return (try? ServiceURL(asked))?.description ?? ServiceURL.withoutSecrets(asked)
    }

    /// The file that holds the credentials; it need not exist.
    package var credentialsFile: String { calls.tokens.file.path.native }

    package func registryAccess() async throws(BackendError) -> RegistryAccess {
        var request = BackendRequest(.GET, "/me/registry")
        request.limits.tries = Self.tries
        let (response, token) = try await calls.response(request)
        let access = try AnswerJSON.decode(RegistryResponse.self, response, call: request.name)
            .access(apiToken: token)
        calls.tokens.transport.secrets.add(access.password)
        await calls.tokens.correct(access.registry)
        return access
    }

    package func notify(_ notification: PushNotification) async -> NotifyReply {
        var attempts = 0
        do throws(BackendError) {
            let request = try Self.request(notification)
            let (response, _) = try await calls.response(request, attempts: &attempts)
            let notify = try AnswerJSON.decode(
                NotifyResponseJSON.self, response, call: request.name)
            return NotifyReply(result: .success(notify.response), attempts: attempts)
        } catch {
            return NotifyReply(result: .failure(error), attempts: attempts)
        }
    }

    private static func request(
        _ notification: PushNotification
    ) throws(BackendError) -> BackendRequest {
        var request = BackendRequest(.POST, "/me/registry/push-notify")
        // The key makes a retry safe, even if the backend has processed the first request.
        request.headers.add(name: "Idempotency-Key", value: notification.idempotencyKey)
        request.backend = notification.backend
        request.body = try body(NotifyRequestJSON(notification), call: request.name)
        request.limits.tries = tries
        request.limits.oneTry = .seconds(10)
        request.limits.whole =
            notification.limitMilliseconds.map { .milliseconds($0) } ?? .seconds(60)
        return request
    }

    static func body(_ value: some Encodable, call: String) throws(BackendError) -> [UInt8] {
        do {
            return Array(try JSONText.encode(value).utf8)
        } catch {
            throw .protocolViolation(call: call, detail: "the request cannot be written as JSON")
        }
    }
}
