internal import Foundation
public import KafkaDriver
public import Logging
public import ServiceLifecycle
internal import Synchronization

/// Tries the mails of the dead letters that are there when it begins, once more, and ends.
///
/// What fails again is put back before its offset is committed, so nothing is lost whenever it is stopped.
public final class DeadLetterReplay: Service {
    /// The consumer group: it knows which dead letters were tried again.
    public static let group = "usher.notifications.dlq"

    /// What became of the dead letters.
    public struct Counts: Hashable, Sendable, CustomStringConvertible {
        /// Mails that went out now.
        public var sent = 0
        /// Events whose mails were out already, or that need none.
        public var settled = 0
        /// Those that failed again.
        public var putBack = 0

        /// `3 dead letters: 1 sent, 1 settled before, 1 put back`
        public var description: String {
            let total = sent + settled + putBack
            return """
                \(total) dead \(total == 1 ? "letter" : "letters"): \(sent) sent, \(settled) settled before, \
                \(putBack) put back
                """
        }
    }

    private let consumer: KafkaConsumer
    private let mailroom: Mailroom
    private let logger: Logger
    private let state = Mutex(Counts())

    /// What became of the dead letters so far.
    public var counts: Counts { state.withLock { $0 } }

    /// Makes a replay.
    ///
    /// - Parameters:
    ///   - consumer: Of the dead letters' topic, in `group`. The replay runs it; don't run it elsewhere.
    ///   - mailroom: Sends the mails and takes back what fails.
    public init(consumer: KafkaConsumer, mailroom: Mailroom, logger: Logger) {
        self.consumer = consumer
        self.mailroom = mailroom
        self.logger = logger
    }

    /// Returns when all dead letters were tried, or at graceful shutdown. Another replay under way is waited for.
    ///
    /// - Throws: The consumer's fatal error.
    public func run() async throws {
        let reader = Reader { try await self.replay() }
        let services = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: consumer),
                    .init(service: reader, successTerminationBehavior: .gracefullyShutdownGroup),
                ], logger: logger))
        try await services.run()
    }

    private func replay() async throws {
        let mark = UUID().uuidString
        guard await mailroom.deadLetters.writeMark(mark) else { return }
        for try await message in consumer.messages.cancelOnGracefulShutdown() {
            let markHere = DeadLetters.markName(message)
            if markHere == nil, await !retry(message) { return }
            try await consumer.commit(message)
            if markHere == mark { return }
        }
    }

    /// Whether the message is done with.
    private func retry(_ message: KafkaMessage) async -> Bool {
        let outcome = await mailroom.handle(Letter(message))
        state.withLock { counts in
            switch outcome {
            case .sent: counts.sent += 1
            case .settledBefore: counts.settled += 1
            case .deadLettered: counts.putBack += 1
            case .interrupted: break
            }
        }
        return outcome != .interrupted
    }

    private struct Reader: Service {
        let work: @Sendable () async throws -> Void

        func run() async throws { try await work() }
    }
}
