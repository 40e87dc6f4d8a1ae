internal import Logging
internal import ServiceLifecycle

/// Brings one mail out, however often it takes.
struct MailDelivery: Sendable {
    enum Outcome: Equatable {
        case sent
        /// It will never go out.
        case undeliverable(MailError.Code)
        /// The process ends before it went out; it comes again with the next one.
        case interrupted
    }

    let transport: any MailTransport
    let retry: RetryPolicy
    let clock: any Clock<Duration>
    let logger: Logger

    /// Tries until the mail is out, the transport refuses it for good, the tries are used up, or shutdown begins. A try
    /// that has begun is finished, a delay between two is not.
    func deliver(_ mail: Mail, logging metadata: Logger.Metadata) async -> Outcome {
        var random = SystemRandomNumberGenerator()
        var tries = 0
        while true {
            guard let failure = await trySending(mail) else { return .sent }
            tries += 1
            let facts = metadata.adding(.error, failure).adding(.tries, tries)
            if failure.cause is CancellationError { return .interrupted }
            guard failure.isTransient, tries < retry.maximumTries else {
                logger.error("Mail given up", metadata: facts)
                return .undeliverable(failure.code)
            }
            logger.warning("Mail failed, trying again", metadata: facts)
            guard await wait(retry.delay(afterTry: tries, using: &random)) else { return .interrupted }
        }
    }

    /// Nil when the mail is out.
    private func trySending(_ mail: Mail) async -> MailError? {
        do {
            try await transport.send(mail)
            return nil
        } catch let error as MailError {
            return error
        } catch {
            return MailError(.unavailable, "The mail transport failed", cause: error)
        }
    }

    /// Whether the whole delay went by.
    private func wait(_ delay: Duration) async -> Bool {
        do {
            try await cancelWhenGracefulShutdown { try await clock.sleep(for: delay) }
            return !Task.isShuttingDownGracefully
        } catch {
            return false
        }
    }
}
