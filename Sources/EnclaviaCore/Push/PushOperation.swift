/// One push, from the command to the record.
///
/// The row is written before anything leaves the machine, and again the moment the digest is known:
/// from there on the push has succeeded, whatever follows.
package struct PushOperation: Sendable {
    let ports: PushPorts
    let say: @Sendable (PushNotice) -> Void

    package init(_ ports: PushPorts, say: @escaping @Sendable (PushNotice) -> Void) {
        self.ports = ports
        self.say = say
    }

    /// Carries out `request`; `onDigest` is called once, as soon as the digest is on record.
    ///
    /// A cancelled task stops the engine and is recorded as `cancelled`, or, after the digest is
    /// known, as `succeeded` with its notification pending.
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
            var access = try await authenticate(request)
            let reference = try address(request, access)
            destination = reference
            let session: any EngineSession
            do throws(PushError) {
                session = try await open(access)
            } catch {
                // What the engine could not be asked comes before what it could not open.
                _ = try await inspected(await inspection)
                throw error
            }
            let digest: Digest
            do throws(PushError) {
                async let login = logIn(session, access)
                let image = try await inspected(await inspection)
                let known = PushAuthenticated(
                    reference: reference, image: image.image, engine: image.engine,
                    context: await context)
                try await tag(request.localImage, known, session, in: entry)
                try await login.get()
                (digest, access) = try await send(known, session, access)
            } catch {
                await session.close()
                throw error
            }
            await session.close()

            await recordDigest(digest, reference, in: entry)
            onDigest(digest)
            try await verify(digest, reference, access, in: entry)
            let notifyError = await notify(reference, digest, request, in: entry)
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
func result<Value: Sendable, Failure: Error>(
    _ body: @Sendable () async throws(Failure) -> Value
) async -> Result<Value, Failure> {
    do throws(Failure) {
        return .success(try await body())
    } catch {
        return .failure(error)
    }
}
