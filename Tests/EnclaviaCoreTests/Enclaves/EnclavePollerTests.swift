import EnclaviaCore
import Synchronization
import Testing

@Suite struct EnclavePollerTests {
    private static let down = BackendError.unavailable(url: "https://api", reason: "silent")

    private func poller(_ fleet: FleetDouble) -> EnclavePoller {
        EnclavePoller(fleet, pause: .milliseconds(1))
    }

    @Test func `each change is reported once, until all enclaves are in a final state`()
        async throws
    {
        let fleet = FleetDouble(responses: [
            "a": [
                .success(FleetDouble.enclave("a", "building")),
                .success(FleetDouble.enclave("a", "building")),
                .success(FleetDouble.enclave("a", "running")),
            ],
            "b": [.success(FleetDouble.enclave("b", "error", error: "no entry point"))],
        ])
        var told: [String] = []
        let finished = try await poller(fleet).follow(["a", "b"]) {
            told.append("\($0.id) \($0.status)")
        }
        #expect(told == ["a building", "b error", "a running"])
        #expect(finished.map(\.status) == ["running", "error"])
        #expect(fleet.asked == 4, "an enclave in a final state is not queried again")
    }

    @Test func `the poller retries while the backend does not answer for a moment`() async throws {
        let fleet = FleetDouble(responses: [
            "a": [
                .failure(Self.down), .failure(Self.down),
                .success(FleetDouble.enclave("a", "running")),
            ]
        ])
        let finished = try await poller(fleet).follow(["a"]) { _ in }
        #expect(finished.map(\.status) == ["running"])
    }

    @Test func `a backend that never answers stops the poller`() async throws {
        let fleet = FleetDouble(responses: ["a": [.failure(Self.down)]])
        await #expect(throws: Self.down) { try await poller(fleet).follow(["a"]) { _ in } }
        #expect(fleet.asked == EnclavePoller.maxRetries)
    }

    @Test func `an enclave that no longer exists stops the poller`() async throws {
        await #expect(throws: BackendError.notFound(what: "enclave a")) {
            try await poller(FleetDouble()).follow(["a"]) { _ in }
        }
    }

    @Test func `a cancelled task stops the poller`() async throws {
        let fleet = FleetDouble(responses: ["a": [.success(FleetDouble.enclave("a", "building"))]])
        let task = Task { [poller = EnclavePoller(fleet, pause: .seconds(60))] in
            try await poller.follow(["a"]) { _ in }
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
