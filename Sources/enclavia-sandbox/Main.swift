import EnclaviaSandbox

@main
struct Main {
    static func main() {}
}
