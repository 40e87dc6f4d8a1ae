import Foundation
import Testing

@testable import Accounts

@Suite(.timeLimit(.minutes(1))) struct PasswordHasherTests {
    @Test func `verifies what it hashed, and nothing without a hash`() async throws {
        let hasher = try PasswordHasher(cost: 4)
        let password = try Password("correct horse")
        let hash = try await hasher.hash(password)
        #expect(try await hasher.verify(password, against: hash))
        #expect(try await !hasher.verify(Password("wrong horse"), against: hash))
        #expect(try await !hasher.verify(password, against: nil))
    }

    @Test func `refuses at once when its threads and places are taken, and recovers`() async throws {
        let hasher = try PasswordHasher(cost: 4, threads: 1, waiting: 0)
        let password = try Password("correct horse")
        try await withOccupied(hasher) {
            let error = await #expect(throws: AccountsError.self) { try await hasher.hash(password) }
            #expect(error?.code == .busy)
        }
        #expect(try await hasher.hash(password).hasPrefix("$2b$"))
    }

    @Test func `hashes for an address without an account as for one with`() async throws {
        let hasher = try PasswordHasher(cost: 4, threads: 1, waiting: 0)
        let accounts = Accounts.inMemory(hasher: hasher, now: { .noon })
        try await withOccupied(hasher) {
            let error = await #expect(throws: AccountsError.self) {
                try await accounts.login(email: "nobody@example.com", password: "correct horse")
            }
            #expect(error?.code == .busy)
        }
    }

    @Test(arguments: [(3, 1, 0), (17, 1, 0), (10, 0, 0), (10, 1, -1), (10, 1, .max)])
    func `refuses numbers out of bounds`(cost: Int, threads: Int, waiting: Int) {
        let error = #expect(throws: AccountsError.self) {
            try PasswordHasher(cost: cost, threads: threads, waiting: waiting)
        }
        #expect(error?.code == .invalidConfiguration)
    }
}

/// Runs `body` while the only thread of `hasher` is at work.
private func withOccupied(_ hasher: PasswordHasher, _ body: () async throws -> Void) async throws {
    let release = DispatchSemaphore(value: 0)
    let (started, start) = AsyncStream.makeStream(of: Void.self)
    async let occupation: Void = hasher.run {
        start.yield()
        release.wait()
    }
    for await _ in started { break }
    // The time limit must be able to end a test whose body waits for the thread.
    let result = await withTaskCancellationHandler {
        await Result { try await body() }
    } onCancel: {
        release.signal()
    }
    release.signal()
    try await occupation
    try result.get()
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }
}
