import ArgumentParser
import Foundation
import Logging

/// `usher doctor`: looks whether a node could work here, and says what to do when not.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Look whether a node could work here, and say what to do when not.",
        discussion: """
            Changes nothing. Each line is `ok`, `warning` or `failed`, with what was found. Exits with 0 unless something \
            failed, and else with 1.
            """)

    @Flag(help: "Print one JSON object instead of lines.")
    var json = false

    @Option(name: .customLong("config"), help: "A YAML file with settings; the environment goes before it.")
    var configurationFile: String?

    func run() async throws {
        let diagnoses = await diagnose()
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
            print(String(decoding: try encoder.encode(DoctorReport(diagnoses)), as: UTF8.self))
        } else {
            print(diagnoses.map(\.text).joined(separator: "\n"))
        }
        guard diagnoses.allSatisfy({ $0.verdict != .failed }) else { throw ExitCode(1) }
    }

    private func diagnose() async -> [Diagnosis] {
        let configuration: UsherConfiguration
        do {
            configuration = try UsherConfiguration.load(file: configurationFile)
        } catch {
            return [.failed("configuration", "\(error)", "`usher configuration` lists what can be set.")]
        }
        let logger = Logger(label: "usher.doctor") { _ in SwiftLogNoOpLogHandler() }
        async let database = DatabaseCheck(configuration: configuration, logger: logger).diagnoses()
        async let redis = RedisCheck(configuration: configuration, logger: logger).diagnoses()
        async let kafka = KafkaCheck(configuration: configuration, logger: logger).diagnoses()
        async let machine = MachineCheck(configuration: configuration).diagnoses()
        return await machine + database + redis + kafka
    }
}

private struct DoctorReport: Encodable {
    let healthy: Bool
    let checks: [Diagnosis]

    init(_ diagnoses: [Diagnosis]) {
        healthy = diagnoses.allSatisfy { $0.verdict != .failed }
        checks = diagnoses
    }
}
