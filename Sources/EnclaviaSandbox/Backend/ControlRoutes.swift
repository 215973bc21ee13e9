import EnclaviaCore
import Foundation
import Hummingbird

extension LocalBackend {
    /// `/_sandbox`: the sandbox's own controls, for tests. They are not logged.
    func addControlRoutes(to router: Router<SandboxContext>) {
        let control = router.group("/_sandbox")
        control.get("/state") { _, _ in try Answer(.ok, state).response() }
        control.get("/log") { request, _ in
            let query = request.query
            let entries = log.entries(service: query["service"], pathPrefix: query["path"])
            return Response(
                status: .ok, headers: [.contentType: "application/json"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: try JSONText.encode(entries))))
        }
        control.delete("/log") { _, _ in
            log.clear()
            return Response(status: .noContent)
        }
        control.get("/faults") { _, _ in try Answer(.ok, switchedOn).response() }
        control.post("/faults") { request, _ in try await setFaults(request).response() }
        control.post("/expire") { request, _ in
            let longLived = try await request.json()?[key: "long_lived"]?.bool ?? false
            tokens.expireAccess(longLived: longLived)
            return Response(status: .noContent)
        }
        control.post("/tokens") { request, _ in try await issueTokens(request).response() }
        control.post("/enclaves") { request, _ in try await seed(request).response() }
    }

    private var switchedOn: JSONValue {
        .object(faults.current.mapValues(JSONValue.string))
    }

    private var state: JSONValue {
        .object([
            "handle": .string(handle), "registry": .string(registry), "faults": switchedOn,
            "enclaves": .array(fleet.list(archivedToo: true).map(\.row)),
            "access_lifetime": .integer(Int64(tokens.accessLifetime)),
            "password_lifetime": .integer(Int64(tokens.passwordLifetime)),
        ])
    }

    /// Replaces all faults by those in the body, an object of places to faults.
    private func setFaults(_ request: Request) async throws -> Answer {
        guard case .object(let members)? = try await request.json() else {
            return .refusal(.badRequest, "invalid", "give an object such as {\"notify\": \"500\"}")
        }
        do {
            faults.replace(
                with: try members.sorted { $0.key < $1.key }.flatMap { place, fault in
                    try FaultOrder.list(
                        place: place,
                        faults: fault.text ?? fault.integer.map(String.init) ?? "")
                })
        } catch let error as FaultOrder.Malformed {
            return .refusal(.badRequest, "invalid", error.description)
        }
        return Answer(.ok, switchedOn)
    }

    /// Issues new tokens without a login; `{"long_lived": true}` requests one of the older kind.
    private func issueTokens(_ request: Request) async throws -> Answer {
        if try await request.json()?[key: "long_lived"]?.bool == true {
            return Answer(.created, .object(["token": .string(tokens.grantLongLived())]))
        }
        let grant = tokens.grant()
        return Answer(
            .created,
            .object([
                "access_token": .string(grant.accessToken),
                "refresh_token": .string(grant.refreshToken),
                "expires_in": .integer(Int64(grant.expiresIn)),
            ]))
    }

    /// Adds an enclave in any state. Takes the body of `POST /enclaves`, with `status` and `id`.
    private func seed(_ request: Request) async throws -> Answer {
        guard let body = try await request.json() else {
            return .refusal(.badRequest, "invalid", "the body is not JSON")
        }
        let status = body[key: "status"]?.text ?? SimulatedEnclave.Status.waitingForImage.rawValue
        guard let status = SimulatedEnclave.Status(rawValue: status) else {
            return .refusal(.unprocessableContent, "invalid", "\(status) is not a valid status")
        }
        switch EnclaveOrderReader.read(body) {
        case .success(let order):
            return Answer(.created, fleet.add(order, id: body[key: "id"]?.text, status: status).row)
        case .failure(let problem):
            return .refusal(.unprocessableContent, "invalid", problem.text)
        }
    }
}
