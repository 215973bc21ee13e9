import EnclaviaCommands

@main
struct Main {
    static func main() {}
}
