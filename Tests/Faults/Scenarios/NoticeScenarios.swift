import Foundation
import LocalStack

/// Notifiers share the mails, and each mail goes out once.
extension Scenario {
    static let notifiers = Scenario(
        name: "notifiers", summary: "a notifier is killed and comes back at once, one joins, and one is away for long"
    ) { sale in
        let world = sale.world
        var notifiers: [String: ChildProcess] = [:]
        for name in ["first", "second"] { notifiers[name] = try sale.notifier(name) }

        func kill(_ name: String) async throws {
            try await world.wait(milliseconds: 1_500...3_000)
            notifiers[name]?.signal(SIGKILL)
            _ = await notifiers[name]?.end()
        }

        try await kill("first")
        world.note("kill -9 of a notifier, which comes back under its name")
        notifiers["first"] = try sale.notifier("first")
        try await world.wait(milliseconds: 1_500...3_000)
        world.note("a third notifier joins")
        notifiers["third"] = try sale.notifier("third")
        try await kill("second")
        world.note("kill -9 of a notifier, which stays away")
        sale.doors.callLast()
        try await Pause.until(within: .seconds(60), "The sale did not end") { sale.doors.areQuiet }
        // Kafka misses a dead member after 45 s and gives its work to the others. The local stack's broker never does.
        world.note("it comes back")
        notifiers["second"] = try sale.notifier("second")
        try await sale.awaitMails()
        for notifier in notifiers.values { notifier.signal(SIGTERM) }
        for notifier in notifiers.values { _ = await notifier.end() }
    }
}

extension Sale {
    private static let mailLimit = Duration.seconds(120)

    fileprivate func notifier(_ name: String) throws -> ChildProcess {
        try world.usher(["notify"], ["USHER_NODE_NAME": name])
    }

    /// Waits until every booking that has ended has the mails that say so, each of them once.
    fileprivate func awaitMails() async throws {
        let mailbox = Mailbox(folder: world.folder.appending(path: "mail"))
        do {
            try await Pause.until(within: Self.mailLimit) {
                mailbox.missing(of: try await self.world.database.bookings()).isEmpty
            }
            world.note("\(mailbox.mails.count) mails are there")
        } catch {
            let missing = mailbox.missing(of: try await world.database.bookings())
            world.fail("\(missing.count) mails are missing after \(Self.mailLimit): \(missing.prefix(3))")
        }
        for (mail, count) in mailbox.mails where count > 1 { world.fail("\(mail) came \(count) times") }
    }
}
