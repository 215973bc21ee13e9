/// Shows pages to the person at this machine.
package protocol Browser: Sendable {
    /// Opens `url` in that person's browser, which lives on after this program.
    ///
    /// - Returns: whether a browser was started; it may still fail to show the page.
    func open(_ url: String) async -> Bool
}
