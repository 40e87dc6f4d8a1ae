import Foundation
import LocalStack

/// Two notifiers share the mails.
extension Scenario {
    static let notifiers = Scenario(
        name: "notifiers", summary: "two notifiers are killed and come back, and a third takes part of their work"
    ) { sale in
        let world = sale.world
        var notifiers = ["first": try sale.notifier("first"), "second": try sale.notifier("second")]
        for name in ["first", "second"] {
            try await world.wait(milliseconds: 1_500...3_000)
            world.note("kill -9 of a notifier, which comes back under its name")
            notifiers[name]?.signal(SIGKILL)
            _ = await notifiers[name]?.end()
            notifiers[name] = try sale.notifier(name)
        }
        world.note("a third notifier joins")
        notifiers["third"] = try sale.notifier("third")
        try await Pause.lasting(.seconds(3))
        try await sale.awaitMails()
        for notifier in notifiers.values {
            notifier.signal(SIGTERM)
            _ = await notifier.end()
        }
    }
}

extension Sale {
    fileprivate func notifier(_ name: String) throws -> ChildProcess {
        try world.usher(["notify"], ["USHER_NODE_NAME": name])
    }

    /// Every booking that has ended has a mail that says so.
    fileprivate func awaitMails() async throws {
        let folder = world.folder.appending(path: "mail").path
        func mails() -> Int {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            return names.count { $0.hasSuffix(".eml") }
        }
        let ended = "SELECT count(*) FROM bookings WHERE status <> 'queued'"
        do {
            try await Pause.until(within: .seconds(120)) {
                mails() >= (try await self.world.database.number(ended))
            }
        } catch {
            world.fail(
                "\(mails()) mails are there of \(try await world.database.number(ended)) bookings that have ended")
        }
    }
}
