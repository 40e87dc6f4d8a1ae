import ArgumentParser
import Notifications
import ServiceLifecycle

/// `usher notify`: the notifier alone, beside nodes that run with `USHER_NOTIFICATIONS_ENABLED=false`.
struct NotifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notify", abstract: "Send the mails about bookings, and nothing else.")

    @OptionGroup var shared: SharedOptions

    @Flag(name: .customLong("replay-dlq"), help: "Try the mails that were given up once more, and end.")
    var replaysDeadLetters = false

    func run() async throws {
        let (configuration, logger) = try shared.load()
        let kafka = KafkaClients(configuration, logger: logger)
        let clients = NotifierClients(
            configuration: configuration, kafka: kafka,
            postgres: try StoreClients.postgres(configuration, logger: logger), producer: try kafka.producer(),
            logger: logger)
        let stores: [any Service] = [clients.postgres, clients.producer, try kafka.topics()]

        guard replaysDeadLetters else {
            let notifier = try clients.notifier(member: "\(configuration.nodeName)-notify")
            return try await configuration.run(stores + [notifier], logger: logger)
        }
        let replay = try clients.replay(member: "\(configuration.nodeName)-replay")
        try await configuration.run(stores + [replay], logger: logger)
        print(replay.counts)
    }
}
