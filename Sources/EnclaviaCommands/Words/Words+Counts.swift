/// Numbers of things, in the singular where there is one.
extension Words {
    static func pushes(_ number: Int) -> String { count(number, "push", "pushes") }
    static func events(_ number: Int) -> String { count(number, "event", "events") }

    static func count(_ number: Int, _ one: String, _ many: String) -> String {
        "\(number) \(number == 1 ? one : many)"
    }
}
