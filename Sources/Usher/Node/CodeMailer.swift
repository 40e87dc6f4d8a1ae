import Accounts
import Booking
import Foundation
import Inventory
import Logging
import Notifications
import ServiceLifecycle

/// Sends one-time codes by e-mail.
///
/// Apart from the notifier, since a code that waits behind bookings' mails, or for Kafka, is too old when it comes. Codes
/// are in memory alone: one that is lost with the process is asked for again.
final class CodeMailer: CodeDelivery, Service {
    /// How many codes may wait.
    static let capacity = 256

    private static let mailsInFlight = 4
    private static let tries = 3
    private static let pause = Duration.seconds(2)

    private let transport: any MailTransport
    private let sender: MailAddress
    private let clock: any BookingClock
    private let logger: Logger
    private let codes: AsyncStream<OneTimeCode>
    private let waiting: AsyncStream<OneTimeCode>.Continuation

    /// - Parameter sender: The `From` of the mails.
    init(transport: any MailTransport, sender: MailAddress, clock: any BookingClock, logger: Logger) {
        self.transport = transport
        self.sender = sender
        self.clock = clock
        self.logger = logger
        (codes, waiting) = AsyncStream.makeStream(
            of: OneTimeCode.self, bufferingPolicy: .bufferingOldest(Self.capacity))
    }

    func deliver(_ code: OneTimeCode) {
        if case .enqueued = waiting.yield(code) { return }
        logger.warning("A one-time code was dropped, since too many wait to be sent")
    }

    /// Sends codes until graceful shutdown, and then those that wait.
    func run() async throws {
        await withGracefulShutdownHandler {
            await withTaskGroup(of: Void.self) { group in
                var inFlight = 0
                for await code in codes {
                    if inFlight == Self.mailsInFlight {
                        await group.next()
                        inFlight -= 1
                    }
                    group.addTask { await self.send(code) }
                    inFlight += 1
                }
            }
        } onGracefulShutdown: {
            self.waiting.finish()
        }
    }

    private func send(_ code: OneTimeCode) async {
        guard let mail = Mail(code, id: SystemIdentifierSource().next(at: code.madeAt), sender: sender) else { return }
        for tries in 1...Self.tries {
            do {
                return try await transport.send(mail)
            } catch {
                let isTransient = (error as? MailError)?.isTransient ?? false
                guard isTransient, tries < Self.tries, clock.timestamp < code.expiresAt else {
                    // The error names the server, never the address.
                    logger.warning("A one-time code could not be sent", metadata: ["error": "\(error)"])
                    return
                }
            }
            // A shutdown cuts the pause short, for the last try.
            try? await cancelWhenGracefulShutdown { try await self.clock.sleep(until: self.clock.now + Self.pause) }
        }
    }
}

extension Mail {
    /// Nothing in it is of the user's own making, since strangers can have it sent.
    fileprivate init?(_ code: OneTimeCode, id: UniqueID, sender: MailAddress) {
        guard let id = MailID(eventID: id.description), let recipient = MailAddress(address: code.email) else {
            return nil
        }
        let minutes = (code.expiresAt - code.madeAt).components.seconds / 60
        let use = "It signs you in once, within \(minutes) minutes."
        let warning = "Tell it nobody. If you have not asked for it, ignore this mail: nobody has signed in."
        self.init(
            id: id, event: "usher.login.code", sender: sender, recipient: recipient, subject: "Your sign-in code",
            date: Date(timeIntervalSince1970: Double(code.madeAt.millisecondsSince1970) / 1_000),
            text: "Your code is \(code.digits)\n\n\(use) \(warning)\n",
            html: """
                <!DOCTYPE html>
                <html lang="en"><head><meta charset="utf-8"><title>Your sign-in code</title></head>
                <body style="font-family: sans-serif; line-height: 1.5; max-width: 36em; margin: 1em auto">
                <p>Your code is <strong>\(code.digits)</strong></p>
                <p>\(use) \(warning)</p>
                </body></html>
                """)
    }
}
