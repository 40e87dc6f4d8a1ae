import Foundation
import Glibc
import Testing

@testable import Notifications

@Suite("The threads of mail", .timeLimit(.minutes(1)))
struct MailThreadsTests {
    @Test("have the lowest priority, unless somebody waits for their mails")
    func priority() async throws {
        let (lowly, urgent) = (MailThreads(count: 1), MailThreads(count: 1, areUrgent: true))
        let here = Self.ownPolicy
        #expect(try await lowly.run { Self.ownPolicy } == MailThreads.idlePolicy)
        #expect(try await urgent.run { Self.ownPolicy } == here)
        #expect(here != MailThreads.idlePolicy)
    }

    @Test("leave their callers the priority that these have")
    func callers() async throws {
        let threads = MailThreads(count: 4)
        let priorities = try await withThrowingTaskGroup { callers in
            for _ in 0..<100 {
                callers.addTask {
                    try await threads.run {}
                    return Self.ownPolicy
                }
            }
            return try await callers.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(!priorities.contains(MailThreads.idlePolicy))
    }

    @Test("speak to servers")
    func sessions() async throws {
        let sessions = CurlSessions(maximum: 1, areUrgent: false) { Self.ownPolicy }
        try await sessions.run { #expect($0 == MailThreads.idlePolicy) }
    }

    /// Of the thread that asks.
    private static var ownPolicy: CInt { sched_getscheduler(0) }
}
