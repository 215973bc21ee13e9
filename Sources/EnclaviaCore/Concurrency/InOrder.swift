/// Runs `body` for each of `items`, several at once, and hands the results to `receive` in the order of the items,
/// each as soon as those before it are there.
///
/// - Parameter limit: how many may be started whose result was not received, asked before each item is started; 0
///   if no more are to be started. The result of an item that is never started is `nil`.
package func inOrder<Item: Sendable, Value: Sendable>(
    _ items: [Item], limit: () -> Int, _ body: @escaping @Sendable (Item) async -> Value,
    receive: (Item, Value?) -> Void
) async {
    await withTaskGroup(of: (Int, Value).self) { group in
        var ended: [Int: Value] = [:]
        var (started, received) = (0, 0)
        repeat {
            while started < items.count, started - received < limit() {
                let (index, item) = (started, items[started])
                group.addTask { (index, await body(item)) }
                started += 1
            }
            guard let (index, value) = await group.next() else { break }
            ended[index] = value
            while let value = ended.removeValue(forKey: received) {
                receive(items[received], value)
                received += 1
            }
        } while received < items.count
        for item in items[started...] { receive(item, nil) }
    }
}
