import Foundation
import LocalStack

/// Notifiers share the mails, and each mail goes out once.
extension Scenario {
    static let notifiers = Scenario(
        name: "notifiers", summary: "a notifier is killed and comes back, one joins, and two are killed for good"
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
        for name in ["first", "second"] {
            try await kill(name)
            world.note("kill -9 of a notifier, which does not come back")
        }
        // Kafka misses the dead after 45 s, the local stack's broker only when it starts anew.
        try await world.stack.restart(.kafka)
        sale.doors.callLast()
        try await sale.awaitMails()
        notifiers["third"]?.signal(SIGTERM)
        _ = await notifiers["third"]?.end()
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
                let bookings = try await self.world.database.bookings()
                return self.doors.areQuiet && mailbox.missing(of: bookings).isEmpty
            }
            world.note("\(mailbox.mails.count) mails are there")
        } catch {
            let missing = mailbox.missing(of: try await world.database.bookings())
            world.fail("\(missing.count) mails are missing after \(Self.mailLimit): \(missing.prefix(3))")
        }
        for (mail, count) in mailbox.mails where count > 1 { world.fail("\(mail) came \(count) times") }
    }
}
