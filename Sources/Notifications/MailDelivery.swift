internal import Logging

/// Brings one mail out, once, however many tries that takes.
struct MailDelivery: Sendable {
    enum Outcome {
        case sent
        /// It went out before: the event came again.
        case alreadySent
        /// It will not go out.
        case givenUp(MailError, tries: Int)
        /// The process ends before it went out; it comes again with the next one.
        case interrupted
    }

    let transport: any MailTransport
    let inbox: InboxMember
    let retry: RetryPolicy
    let patience: Patience
    let logger: Logger

    /// Tries until the mail is out, the transport refuses it for good, the tries are used up, or shutdown begins. A try
    /// that has begun is finished, a delay between two is not.
    ///
    /// Each try is claimed in the inbox and, when it succeeds, remembered there. A crash between the two is the one case
    /// in which the mail goes out again, with the same `Message-ID`.
    func deliver(_ mail: Mail, of event: EventKey, logging facts: Logger.Metadata) async -> Outcome {
        var random = SystemRandomNumberGenerator()
        var tries = 0
        while true {
            switch await inbox.permission(for: event, logging: facts) {
            case .granted: break
            case .alreadySent: return .alreadySent
            case .interrupted: return .interrupted
            }
            guard let failure = await trySending(mail) else {
                await inbox.remember(event, logging: facts)
                return .sent
            }
            await inbox.release(event)
            if failure.cause is CancellationError { return .interrupted }
            tries += 1
            guard failure.isTransient, tries < retry.maximumTries else { return .givenUp(failure, tries: tries) }
            logger.warning("Mail failed, trying again", metadata: facts.adding(.error, failure).adding(.tries, tries))
            guard await patience.pause(retry.delay(afterTry: tries, using: &random)) else { return .interrupted }
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
}
