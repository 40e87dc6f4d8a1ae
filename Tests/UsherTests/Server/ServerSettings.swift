import Foundation
import LocalStack

/// What a server is started with: its environment, and a folder for what it writes.
struct ServerSettings: Sendable {
    /// The server's own database.
    let database: String
    /// Working folder, mails and logs.
    let folder: URL
    var environment: [String: String]

    var mailFolder: URL { folder.appending(path: "mail", directoryHint: .isDirectory) }

    /// Gives `body` the settings of a server with a new database, and deletes what it has left.
    ///
    /// - Parameter changes: Variables that differ from what a test's server has.
    static func with<Result>(
        _ changes: [String: String] = [:], _ body: (ServerSettings) async throws -> Result
    ) async throws -> Result {
        try await LocalStack.withDatabase { database in
            let settings = try ServerSettings(database: database, changes: changes)
            defer { try? FileManager.default.removeItem(at: settings.folder) }
            return try await body(settings)
        }
    }

    private init(database: String, changes: [String: String]) throws {
        self.database = database
        folder = FileManager.default.temporaryDirectory.appending(path: "usher-\(UUID())", directoryHint: .isDirectory)
        environment = [
            "USHER_HTTP_HOST": "127.0.0.1",
            "USHER_HTTP_PORT": "0",
            "USHER_DATABASE_URL": database,
            "USHER_REDIS_URL": LocalStack.redisURL,
            "USHER_KAFKA_BROKERS": LocalStack.kafkaBrokers,
            "USHER_JWT_SECRET": "the tests' secret, not for any other use",
            "USHER_MAIL_DIRECTORY": folder.appending(path: "mail").path,
            "USHER_BCRYPT_COST": "4",
            "USHER_LOG_LEVEL": "notice",
            "USHER_LOG_FORMAT": "text",
            // Hundreds of customers register from one address.
            "USHER_LIMITS_ENABLED": "false",
        ]
        environment.merge(changes) { $1 }
        try FileManager.default.createDirectory(at: mailFolder, withIntermediateDirectories: true)
    }
}

extension [String: String] {
    /// For a server that does without events and mails. Only one suite's server may have them: servers with a database
    /// each number their events alike, and share one notifier's work.
    static let withoutKafka = ["USHER_KAFKA_BROKERS": "127.0.0.1:1", "USHER_NOTIFICATIONS_ENABLED": "false"]
}
