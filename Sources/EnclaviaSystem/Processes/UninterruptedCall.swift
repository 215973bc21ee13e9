import Glibc

/// Makes a system call again for as long as a signal interrupts it (`EINTR`, signal(7)).
///
/// - Returns: what the call returned in the end; `errno` is then that call's.
package func uninterrupted(_ call: () -> Int) -> Int {
    while true {
        let result = call()
        if result != -1 || errno != EINTR { return result }
    }
}
