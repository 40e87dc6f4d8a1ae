import Foundation
import Logging
import Testing

@testable import Usher

@Suite struct ConfigurationTests {
    @Test func `without any setting the defaults hold`() throws {
        let configuration = try UsherConfiguration.load(environment: [:])
        #expect(configuration.http.host == "127.0.0.1")
        #expect(configuration.http.port == 8080)
        #expect(configuration.http.idleTimeout == .seconds(60))
        #expect(configuration.database.url.text == "postgresql://usher:usher@127.0.0.1:5432/usher")
        #expect(configuration.mail.smtpURL == nil)
        #expect(configuration.notificationsEnabled)
        #expect(configuration.logLevel == .info)
        #expect(!configuration.nodeName.isEmpty)
    }

    @Test func `every default is allowed by its own key`() {
        for key in UsherConfiguration.keys {
            let definition = key.definition
            #expect(definition.defaultValue.map(definition.kind.allows) ?? true, "\(key)")
        }
    }

    @Test func `an environment variable goes before the file, the file before the default`() throws {
        try withFile("http:\n  port: 1111\n  host: localhost\nworkers: 7\nlog.level: debug\n") { path in
            let configuration = try UsherConfiguration.load(environment: ["USHER_HTTP_PORT": "2222"], file: path)
            #expect(configuration.http.port == 2222)
            #expect(configuration.http.host == "localhost")
            #expect(configuration.workers == 7)
            #expect(configuration.logLevel == .debug)
            #expect(configuration.queueCapacity == 10_000)
        }
    }

    @Test func `USHER_CONFIG names the file, and an empty value counts as not set`() throws {
        try withFile("workers: 9\nsmtp:\n  url:\nmail:\n") { path in
            let environment = ["USHER_CONFIG": path, "USHER_WORKERS": "", "HOME": "/"]
            let configuration = try UsherConfiguration.load(environment: environment)
            #expect(configuration.workers == 9)
            #expect(configuration.mail.smtpURL == nil)
        }
    }

    @Test(arguments: ConfigurationKey.allCases)
    func `every key is read from its variable`(key: ConfigurationKey) throws {
        let values = try ConfigurationValues(environment: [key.variable: sample(of: key)], file: nil)
        #expect(values[key] == sample(of: key))
    }

    @Test func `an unknown variable is refused by name`() {
        #expect(fault(["USHER_HTTP_PROT": "1"]).contains("USHER_HTTP_PROT"))
    }

    @Test func `an unknown key of the file is refused by name`() throws {
        for text in ["http:\n  prot: 1", "http.prot: 1"] {
            try withFile(text) { path in
                let error = #expect(throws: ConfigurationError.self) {
                    try UsherConfiguration.load(environment: [:], file: path)
                }
                #expect(error?.code == .unknownKey)
                #expect(error?.message.contains("http.prot") == true)
            }
        }
    }

    @Test(arguments: [
        ("USHER_HTTP_PORT", "eighty"), ("USHER_HTTP_PORT", "65536"), ("USHER_WORKERS", "0"), ("USHER_WORKERS", "1.5"),
        ("USHER_REDIS_URL", "http://127.0.0.1"), ("USHER_REDIS_URL", "redis://"),
        ("USHER_REDIS_URL", "redis://h:99999"),
        ("USHER_KAFKA_BROKERS", "localhost"), ("USHER_KAFKA_BROKERS", "a:1,,b:2"), ("USHER_LOG_LEVEL", "loud"),
        ("USHER_NOTIFICATIONS_ENABLED", "yes"), ("USHER_MAIL_FROM", "nobody"), ("USHER_BCRYPT_COST", "31"),
        ("USHER_HTTP_HOST", "a\nb"),
    ])
    func `a malformed value is refused with its key and its text`(variable: String, value: String) {
        let message = fault([variable: value])
        #expect(message.contains(variable))
        #expect(message.contains("\"\(value)\" but must be"))
    }

    @Test func `e-mails go to a mail server or to a function, not to both`() throws {
        let function = ["USHER_NOTIFICATIONS_FUNCTION_URL": "http://u:secret@127.0.0.1:8081/function/mail"]
        #expect(try UsherConfiguration.load(environment: function).mail.functionURL?.text.hasSuffix("/mail") == true)
        let error = #expect(throws: ConfigurationError.self) {
            try UsherConfiguration.load(environment: function.merging(["USHER_SMTP_URL": "smtp://h"]) { $1 })
        }
        #expect(error?.code == .conflictingValues)
        #expect(error?.message.contains("USHER_SMTP_URL") == true)
        #expect(error?.message.contains("USHER_NOTIFICATIONS_FUNCTION_URL") == true)
    }

    @Test func `tickets are signed with a key of their own, or with one of the token's`() throws {
        let environment = ["USHER_JWT_SECRET": String(repeating: "j", count: 32)]
        let derived = try UsherConfiguration.load(environment: environment)
        #expect(derived.ticketSecret == derived.jwt.secret)
        let own = try UsherConfiguration.load(
            environment: environment.merging(["USHER_TICKETS_SECRET": String(repeating: "t", count: 32)]) { $1 })
        #expect(own.ticketSecret.text == String(repeating: "t", count: 32))
    }

    @Test func `a list where one value is wanted is refused`() throws {
        try withFile("kafka:\n  brokers: [a:1, b:2]") { path in
            let error = #expect(throws: ConfigurationError.self) {
                try UsherConfiguration.load(environment: [:], file: path)
            }
            #expect(error?.code == .malformedValue)
        }
    }

    @Test(arguments: ["/nowhere/usher.yaml", "/"])
    func `a named file that cannot be read is refused`(path: String) {
        #expect(throws: ConfigurationError.self) { try UsherConfiguration.load(environment: [:], file: path) }
    }

    @Test(arguments: ["- a\n- b", "a: b: c", "workers: 1\nworkers: 2"])
    func `a file that is no mapping of keys is refused`(text: String) throws {
        try withFile(text) { path in
            let error = #expect(throws: ConfigurationError.self) {
                try UsherConfiguration.load(environment: [:], file: path)
            }
            #expect(error?.code == .unreadableFile)
        }
    }
}

/// What keeps tokens safe and passwords out of logs.
@Suite struct SecretConfigurationTests {
    @Test(arguments: ["127.0.0.1", "127.8.9.1", "::1", "localhost"])
    func `a loopback server makes its own secret`(host: String) throws {
        let first = try UsherConfiguration.load(environment: ["USHER_HTTP_HOST": host]).jwt
        let second = try UsherConfiguration.load(environment: ["USHER_HTTP_HOST": host]).jwt
        #expect(first.isGenerated)
        #expect(first.secret.text.utf8.count == 64)
        #expect(first.secret != second.secret)
    }

    @Test(arguments: ["0.0.0.0", "::", "10.0.0.1", "127.0.0.1.example.com", "127.0.0"])
    func `any other server needs a secret`(host: String) {
        #expect(fault(["USHER_HTTP_HOST": host]).contains("USHER_JWT_SECRET"))
        #expect(fault(["USHER_HTTP_HOST": host, "USHER_JWT_SECRET": secret]).isEmpty)
    }

    @Test func `a short secret is refused without being shown`() {
        let message = fault(["USHER_JWT_SECRET": "hunter2"])
        #expect(message.contains("USHER_JWT_SECRET"))
        #expect(message.contains("32"))
        #expect(!message.contains("hunter2"))
    }

    @Test func `Stripe needs a key, and is reached by nothing that others can read`() throws {
        var environment = ["USHER_PAYMENT_GATEWAY": "stripe"]
        #expect(fault(environment).contains("USHER_PAYMENT_STRIPE_KEY"))
        environment["USHER_PAYMENT_STRIPE_KEY"] = "sk_test_1"
        #expect(fault(environment).isEmpty)
        environment["USHER_PAYMENT_STRIPE_URL"] = "http://127.0.0.1:8420"
        #expect(fault(environment).isEmpty)
        environment["USHER_PAYMENT_STRIPE_URL"] = "http://stripe.example"
        #expect(fault(environment).contains("https://"))
        #expect(fault(["USHER_PAYMENT_GATEWAY": "paypal"]).contains("simulated or stripe"))
    }

    @Test func `no way of printing shows a secret or a password`() throws {
        let configuration = try UsherConfiguration.load(environment: [
            "USHER_JWT_SECRET": secret, "USHER_DATABASE_URL": "postgresql://u:hunter2@h/d?password=hunter2&x=1",
            "USHER_REDIS_URL": "redis://:hunter2@h:1", "USHER_SMTP_URL": "smtps://u:hunter2@h",
            "USHER_PAYMENT_GATEWAY": "stripe", "USHER_PAYMENT_STRIPE_KEY": "sk_hunter2",
            "USHER_PAYMENT_STRIPE_URL": "https://u:hunter2@h", "USHER_PAYMENT_STRIPE_WEBHOOK_SECRET": "whsec_hunter2",
        ])
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!text.contains("hunter2"))
            #expect(!text.contains(secret))
        }
        #expect(configuration.database.url.description == "postgresql://u:***@h/d?password=***&x=1")
    }

    @Test func `a malformed URL is refused without its password`() {
        let message = fault(["USHER_DATABASE_URL": "postgres://u:hunter2/@hunter2@h:port/d"])
        #expect(message.contains("postgres://u:***@h:port/d"))
        #expect(!message.contains("hunter2"))
    }
}

@Suite struct ConfigurationTableTests {
    @Test func `the table has a row for every key`() {
        let rows = ConfigurationKey.markdownTable.split(separator: "\n").dropFirst(2)
        #expect(rows.count == ConfigurationKey.allCases.count)
        #expect(rows.allSatisfy { $0.count { $0 == "|" } == 6 })
    }

    @Test
    func `the README shows the table as it is`() throws {
        let text = try String(contentsOfFile: readme, encoding: .utf8)
        #expect(text.contains(ConfigurationKey.markdownTable), "print it with `usher configuration`")
    }
}

private let secret = String(repeating: "s3cret", count: 6)

private let readme = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "README.md").path

/// The refusal of an environment; empty when it is taken.
private func fault(_ environment: [String: String]) -> String {
    do {
        _ = try UsherConfiguration.load(environment: environment)
        return ""
    } catch {
        return error.description
    }
}

private func sample(of key: ConfigurationKey) -> String {
    switch key.definition.kind {
    case .text: "some text"
    case .secret: secret
    case .integer(let range): String(range.upperBound)
    case .flag: "false"
    case .choice(let values): values[0]
    case .url(let schemes): "\(schemes[0])://other:1/2"
    case .brokers: "a:1,b:2"
    case .emailAddress: "box@usher.example"
    case .addressRanges: "10.0.0.0/8, ::1"
    case .origins: "https://shop.example, http://localhost:3000"
    case .rateLimit: "600/60"
    }
}

private func withFile(_ text: String, _ body: (_ path: String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "usher-\(UUID()).yaml").path
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
}
