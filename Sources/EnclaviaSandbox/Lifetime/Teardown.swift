/// What has to be undone, newest first.
actor Teardown {
    private var steps: [@Sendable () async -> Void] = []

    func add(_ step: @escaping @Sendable () async -> Void) {
        steps.append(step)
    }

    func unwind() async {
        while let step = steps.popLast() { await step() }
    }
}
