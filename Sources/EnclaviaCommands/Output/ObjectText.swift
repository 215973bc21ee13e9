/// A JSON object, from keys that are put in their order.
struct ObjectText {
    private var members = ""

    var text: String { "{" + members + "}" }

    mutating func put(_ key: String, _ json: String) {
        members += members.isEmpty ? "\"" : ",\""
        members += key
        members += "\":"
        members += json
    }
}
