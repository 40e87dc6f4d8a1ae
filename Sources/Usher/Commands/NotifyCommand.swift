import ArgumentParser
import ServiceLifecycle

/// `usher notify`: the notifier alone, beside nodes that run with `USHER_NOTIFICATIONS_ENABLED=false`.
struct NotifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notify", abstract: "Send the mails about bookings, and nothing else.")

    @OptionGroup var shared: SharedOptions

    func run() async throws {
        let (configuration, logger) = try shared.load()
        let kafka = KafkaClients(configuration, logger: logger)
        try await ServiceGroup(
            configuration: .usher(
                services: [
                    try kafka.topics(),
                    try kafka.notifier(configuration.mail, member: "\(configuration.nodeName)-notify"),
                ], configuration: configuration,
                logger: logger)
        ).run()
    }
}
