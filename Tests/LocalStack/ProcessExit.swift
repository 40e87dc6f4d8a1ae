import Dispatch
public import Foundation

/// The end of a program that was started by `Process.start()`.
public struct ProcessExit: Sendable {
    fileprivate let ended = DispatchSemaphore(value: 0)

    /// Returns when the program has ended.
    public func wait() {
        ended.wait()
        // For whoever waits too.
        ended.signal()
    }
}

extension Process {
    /// Runs the program, as `run` does, for somebody who will wait for its end.
    ///
    /// Foundation's own `waitUntilExit` turns the thread's run loop, which on Linux does not always come back.
    public func start() throws -> ProcessExit {
        let exit = ProcessExit()
        terminationHandler = { _ in exit.ended.signal() }
        try run()
        return exit
    }
}
