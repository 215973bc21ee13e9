import Dispatch
import EnclaviaSandbox
import Glibc

/// Runs the sandbox with the arguments of C's `main`.
@c(enclavia_sandbox_main)
func main(
    _ count: CInt, _ vector: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> CInt {
    let arguments = UnsafeBufferPointer(start: vector, count: Int(count)).dropFirst().compactMap {
        word in word.map { String(cString: $0) }
    }
    Task.detached {
        await SandboxCommand.main(arguments)
        exit(0)
    }
    dispatchMain()
}
