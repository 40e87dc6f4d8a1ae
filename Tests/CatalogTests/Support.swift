import Audit
import Booking
import Inventory
import LocalStack
import Logging
import PostgresDriver

@testable import Catalog

extension Timestamp {
    /// 2027-03-01T12:00:00.250Z
    static let noon = Timestamp(millisecondsSince1970: 1_803_902_400_250)
    static let earliest = Timestamp(millisecondsSince1970: .min)
    static let latest = Timestamp(millisecondsSince1970: .max)
}

extension EventDraft {
    /// An event that nothing is wrong with.
    static func gala(
        name: String = "Spring Gala", venue: String = "Grand Hall", startsAt: Timestamp = .noon
    ) -> Self {
        Self(
            name: name, venue: venue, startsAt: startsAt, currency: "EUR",
            sections: [Layout.Section(name: "STALLS", kind: .seated(rows: 2, seatsPerRow: 3), priceMinor: 8_500)])
    }
}

/// Where the events of a test are kept.
enum Backend: CaseIterable {
    case memory, postgres

    func withCatalog(
        cache: (any ReadCache)? = nil, _ body: (Catalog) async throws -> Void
    ) async throws {
        switch self {
        case .memory:
            try await body(
                Catalog(store: InMemoryEventStore(), cache: cache, identifiers: SystemIdentifierSource()))
        case .postgres:
            try await Self.withPostgres(migrations: Catalog.migrations + PostgresAuditLog.migrations) {
                try await body(Catalog(postgres: $0, cache: cache))
            }
        }
    }

    /// Runs `body` with a client of a database of its own.
    static func withPostgres(
        migrations: [PostgresMigration], _ body: (PostgresClient) async throws -> Void
    ) async throws {
        try await LocalStack.withDatabase { url in
            let client = PostgresClient(
                configuration: try PostgresConfiguration(url: url), logger: Logger(label: "test"))
            let running = Task { try await client.run() }
            defer { running.cancel() }
            try await migrate(client, migrations)
            try await body(client)
            running.cancel()
            try await running.value
        }
    }

    static func migrate(_ client: PostgresClient, _ migrations: [PostgresMigration]) async throws {
        _ = try await PostgresMigrator(migrations: migrations).migrate(client, logger: Logger(label: "test"))
    }
}
