import Foundation

/// `usher verify`, which proves from the stores that the server's promises were kept while it was under load.
struct StoreVerification {
    /// The exit status of a run after which a promise is broken.
    static let brokenStatus: Int32 = 98

    private let program: URL

    /// Complains at once: nobody wants to hear of a wrong path after an hour's test.
    init(program: String) throws(PlanError) {
        guard FileManager.default.isExecutableFile(atPath: program) else {
            throw PlanError("--usher \(program): there is no such program (swift build -c release --product usher)")
        }
        self.program = URL(filePath: program)
    }

    /// Runs it, with its lines where this process's go; false when a promise was broken.
    func run() throws -> Bool {
        let process = Process()
        process.executableURL = program
        process.arguments = ["verify"]
        // Not `waitUntilExit`: it turns the thread's run loop, which on Linux does not always come back.
        let ended = DispatchSemaphore(value: 0)
        process.terminationHandler = { _ in ended.signal() }
        try process.run()
        ended.wait()
        switch (process.terminationReason, process.terminationStatus) {
        case (.exit, 0): return true
        case (.exit, 1): return false
        default:
            throw PlanError(
                "usher verify could not look (status \(process.terminationStatus)): it needs the server's environment")
        }
    }
}
