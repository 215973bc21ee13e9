/// One push, from the command to the record.
///
/// The row is written before anything leaves the machine, and again the moment the digest is known:
/// from there on the push has succeeded, whatever follows, unless that digest is another image's.
package struct PushOperation: Sendable {
    let ports: PushPorts
    /// The pauses before the registry is asked again for a manifest that it does not show yet.
    let pauses: [Duration]
    let say: @Sendable (PushNotice) -> Void

    /// A registry whose answers take longer than this is not asked again.
    static let askingMilliseconds: Int64 = 15_000

    /// For so long after the login its password is sure to be good; backends give it five minutes.
    static let freshMilliseconds: Int64 = 60_000

    /// Registries show a push late that is kept in several places (design, section 5, step 6).
    package static let usualPauses: [Duration] = [
        .milliseconds(250), .milliseconds(500), .seconds(1), .seconds(2), .seconds(4),
    ]

    package init(
        _ ports: PushPorts, pauses: [Duration] = usualPauses,
        say: @escaping @Sendable (PushNotice) -> Void
    ) {
        self.ports = ports
        self.pauses = pauses
        self.say = say
    }

    /// Carries out `request`; `onDigest` is called once, when the digest is recorded and the registry was
    /// asked for it.
    ///
    /// A cancelled task stops the engine and is recorded as `cancelled`, or, after the digest of this image
    /// is known, as `succeeded` with its notification pending.
    package func run(
        _ request: PushRequest, onDigest: @Sendable (Digest) -> Void = { _ in }
    ) async -> PushResult {
        async let inspection = result { () async throws(EngineError) in
            try await ports.engine.inspect(request.localImage)
        }
        async let context = ports.context.gather()

        let entry = await begin(request)
        var destination: ImageReference?
        do throws(PushError) {
            let access = try await authenticate(request)
            let reference = try address(request, access)
            destination = reference
            let session: any EngineSession
            do throws(PushError) {
                session = try await open(access, entry.id)
            } catch {
                // What the engine could not be asked comes before what it could not open.
                _ = try await inspected(await inspection)
                throw error
            }
            let digest: Digest
            let turn: Notifier.Turn
            do throws(PushError) {
                async let login = logIn(session, access)
                let inspection = try await inspected(await inspection)
                let image = PushedImage(
                    known: PushAuthenticated(
                        reference: reference, image: inspection.image, engine: inspection.engine,
                        context: await context),
                    store: inspection.store)
                let asked = ports.surroundings.now()
                let lock = try await lock(image, engine: inspection.engineID, in: entry)
                defer { lock?.release() }
                let waited = ports.surroundings.now().milliseconds - asked.milliseconds
                let isKnown = await entry.record.reference != nil
                try await tag(
                    image, session, after: isKnown ? [] : [.authenticated(image.known)], in: entry)
                try await login.get()
                digest = try await deliver(
                    image, session, access, isStale: waited > Self.freshMilliseconds, in: entry)
                await session.close()
                onDigest(digest)
                turn = await takeTurn(for: reference, request)
            } catch {
                await session.close()
                throw error
            }

            await warnOfMove(to: digest, reference, in: entry)
            let notifyError = await notify(reference, digest, request, turn, in: entry)
            let ending = PushEnding(at: ports.surroundings.now())
            return await finish(entry, as: ending, notifyError: notifyError)
        } catch {
            let ending = await failure(error, destination, await context, in: entry)
            return await finish(entry, as: ending, error: error)
        }
    }

    /// The reference that the push would go to, and nothing sent, tagged or recorded.
    package func preview(_ request: PushRequest) async throws(PushError) -> ImageReference {
        async let inspection = result { () async throws(EngineError) in
            try await ports.engine.inspect(request.localImage)
        }
        let access = try await authenticate(request)
        let reference = try address(request, access)
        _ = try await inspected(await inspection)
        return reference
    }
}

/// Runs `body` and keeps its typed error, which `async let` would lose.
package func result<Value: Sendable, Failure: Error>(
    _ body: @Sendable () async throws(Failure) -> Value
) async -> Result<Value, Failure> {
    do throws(Failure) {
        return .success(try await body())
    } catch {
        return .failure(error)
    }
}
