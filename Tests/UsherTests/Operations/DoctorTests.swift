import Foundation
import LocalStack
import Testing

@testable import Usher

/// `usher doctor`, run as its users run it.
@Suite(.timeLimit(.minutes(2))) struct DoctorTests {
    @Test func `a server's own settings are well, but for what it would make itself`() async throws {
        try await ServerSettings.with { settings in
            let report = try await Report(settings)
            #expect(report.checks["postgresql"] == "ok")
            #expect(report.checks["redis"] == "ok")
            #expect(report.checks["kafka"] == "ok")
            #expect(report.checks["port"] == "ok")
            #expect(report.checks["clock of postgresql"] == "ok")
            #expect(report.checks["clock of redis"] == "ok")
            #expect(report.checks["postgresql tables"] == "warning")
            let failures = report.checks.filter { $0.value == "failed" }
            #expect(report.end == .exited(failures.isEmpty ? 0 : 1))
            #expect(report.healthy == failures.isEmpty)
        }
    }

    @Test func `what is away has failed, each with what to do and without passwords`() async throws {
        let away = [
            "USHER_DATABASE_URL": "postgresql://usher:hunter2@127.0.0.1:1/usher",
            "USHER_REDIS_URL": "redis://:hunter2@127.0.0.1:1", "USHER_KAFKA_BROKERS": "127.0.0.1:1",
        ]
        try await ServerSettings.with(away) { settings in
            let (end, text) = try await output(of: ["doctor"], settings)
            #expect(end == .exited(1))
            for store in ["postgresql", "redis", "kafka"] {
                let line = try #require(
                    text.split(separator: "\n").first { $0.hasPrefix("failed   \(store) ") }, "\(text)")
                #expect(line.contains("127.0.0.1:1"))
            }
            #expect(text.contains("USHER_DATABASE_URL") && !text.contains("hunter2"))
        }
    }

    @Test func `a port with an Usher on it is a warning, and with anything else a failure`() async throws {
        try await ServerSettings.with(.withoutKafka) { settings in
            let server = try await ServerProcess(settings)
            var taken = settings
            taken.environment["USHER_HTTP_PORT"] = try #require(URL(string: server.url)?.port).description
            #expect(try await Report(taken).checks["port"] == "warning")
            taken.environment["USHER_HTTP_PORT"] = try #require(URL(string: LocalStack.redisURL)?.port).description
            #expect(try await Report(taken).checks["port"] == "failed")
            #expect(try await Report(settings).checks["postgresql tables"] == "ok")
        }
    }

    @Test func `a configuration that cannot be is all there is to say`() async throws {
        try await ServerSettings.with(["USHER_WORKERS": "many"]) { settings in
            let report = try await Report(settings)
            #expect(report.checks == ["configuration": "failed"])
            #expect(report.end == .exited(1))
        }
    }

    @Test(arguments: [(30, "ok"), (5, "warning"), (-1, "failed")])
    func `a certificate is looked at before it ends`(daysLeft: Int, verdict: String) async throws {
        try await SelfSignedCertificate.with(days: 30) { files in
            let tls = UsherConfiguration.TLS(certificate: files.certificate, key: files.key)
            let now = Int(Date().timeIntervalSince1970) + (30 - daysLeft) * 86_400 - 3_600
            #expect(MachineCheck.certificate(tls, now: now).verdict.rawValue == verdict)
        }
    }

    @Test(arguments: [(0.1, 0.0, "ok"), (-0.4, 0.2, "ok"), (-0.4, 0.1, "warning"), (6.0, 0.5, "failed")])
    func `clocks may differ a little, and by what asking takes`(
        difference: Double, uncertainty: Double, verdict: String
    ) {
        let diagnosis = ClockCheck.diagnosis(of: "store", difference: difference, uncertainty: uncertainty)
        #expect(diagnosis.verdict.rawValue == verdict)
    }

    @Test func `Redis must not evict, and should write its log`() {
        let good = RedisFacts("redis_version:7.0.15\r\naof_enabled:1\r\nmaxmemory_policy:noeviction\r\n")
        #expect([good.persistence, good.eviction].map(\.verdict) == [.ok, .ok])
        #expect(good.version == "Redis 7.0.15")
        let bad = RedisFacts(
            "redis_version:7.2.4\r\nvalkey_version:8.1.0\r\naof_enabled:0\r\nmaxmemory_policy:allkeys-lru\r\n")
        #expect([bad.persistence, bad.eviction].map(\.verdict) == [.warning, .failed])
        #expect(bad.version == "Valkey 8.1.0")
    }

    @Test func `a database that may forget is refused`() async throws {
        try await OwnPostgres.withServer(configuration: "synchronous_commit = off") { postgres in
            try await ServerSettings.with(["USHER_DATABASE_URL": postgres.url()]) { settings in
                let report = try await Report(settings)
                #expect(report.checks["postgresql durability"] == "failed")
            }
        }
    }
}

/// What `usher doctor --json` says.
private struct Report {
    let end: ChildProcess.End?
    let healthy: Bool
    /// The verdict of each check.
    let checks: [String: String]

    init(_ settings: ServerSettings) async throws {
        let (end, text) = try await output(of: ["doctor", "--json"], settings)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
        self.end = end
        healthy = object["healthy"] as? Bool ?? false
        checks = Dictionary(
            (object["checks"] as? [[String: String]] ?? []).map { ($0["check"] ?? "", $0["verdict"] ?? "") }
        ) { $1 }
    }
}

private func output(of arguments: [String], _ settings: ServerSettings) async throws -> (ChildProcess.End?, String) {
    let child = try ServerProcess.launch(settings, arguments)
    var bytes = Data()
    for await chunk in child.output { bytes += chunk }
    return (await child.end(), String(decoding: bytes, as: UTF8.self))
}
