import ArgumentParser

/// `usher notify`: the notifier alone, beside nodes that run with `USHER_NOTIFICATIONS_ENABLED=false`.
struct NotifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notify", abstract: "Send the mails about bookings, and nothing else.")

    @OptionGroup var shared: SharedOptions

    func run() async throws {
        let (configuration, logger) = try shared.load()
        let kafka = KafkaClients(configuration, logger: logger)
        let notifier = try kafka.notifier(configuration.mail, member: "\(configuration.nodeName)-notify")
        try await configuration.run([try kafka.topics(), notifier], logger: logger)
    }
}
