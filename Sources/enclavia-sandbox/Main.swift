import EnclaviaSandbox

@main
struct Main {
    static func main() async {
        await SandboxCommand.main()
    }
}
