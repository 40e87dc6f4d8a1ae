import KafkaDriver
import Logging

/// Kafka: whether it can be reached, and has the topics.
struct KafkaCheck {
    let configuration: UsherConfiguration
    let logger: Logger

    func diagnoses() async -> [Diagnosis] {
        let brokers = configuration.kafkaBrokers
        do {
            let admin = try KafkaAdmin(configuration: KafkaConfiguration(brokers: brokers), logger: logger)
            let present = try await admin.topics()
            return [.ok("kafka", "brokers at \(brokers)"), topics(among: present)]
        } catch {
            return [
                .failed(
                    "kafka", "\(brokers) cannot be used: \(error)",
                    "Check that it runs, and \(ConfigurationKey.kafkaBrokers.variable).")
            ]
        }
    }

    private func topics(among present: [String: Int]) -> Diagnosis {
        let missing = KafkaClients.topics.map(\.name).filter { present[$0] == nil }
        guard missing.isEmpty else {
            return .warning(
                "kafka topics", "not there: \(missing.joined(separator: ", "))",
                "`usher serve` makes them if the brokers let it.")
        }
        return .ok(
            "kafka topics", KafkaClients.topics.map { "\($0.name) (\(present[$0.name] ?? 0))" }.joined(separator: ", "))
    }
}
