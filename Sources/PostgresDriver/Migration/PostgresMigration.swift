/// One numbered step of the schema. Once it has been applied anywhere it is never changed; a later one corrects it.
public struct PostgresMigration: Sendable {
    /// Its place in the order.
    public let number: Int

    /// A few words that tell what it does; they identify it together with the number.
    public let name: String

    /// Its statements, separated by semicolons. They run in one transaction, so nothing that refuses one has a place
    /// here (`CREATE INDEX CONCURRENTLY`, `BEGIN`).
    public let sql: String

    /// Makes a migration.
    public init(number: Int, name: String, sql: String) {
        self.number = number
        self.name = name
        self.sql = sql
    }
}

extension PostgresMigration {
    /// Any number, as long as everybody who migrates takes the same.
    private static let advisoryLock: Int64 = 0x7573_6865_72

    /// Applies the migration unless it has been applied, alone among all migrators of the database.
    var statement: PostgresStatement {
        let block = """
            DECLARE
                applied_name text;
            BEGIN
                PERFORM pg_advisory_xact_lock(\(Self.advisoryLock));
                CREATE TABLE IF NOT EXISTS schema_migrations (
                    number bigint PRIMARY KEY,
                    name text NOT NULL,
                    applied_at timestamptz NOT NULL DEFAULT now()
                );
                SELECT name INTO applied_name FROM schema_migrations WHERE number = \(number);
                IF applied_name IS NULL THEN
                    EXECUTE \(dollarQuoted(sql));
                    INSERT INTO schema_migrations (number, name) VALUES (\(number), \(dollarQuoted(name)));
                ELSIF applied_name <> \(dollarQuoted(name)) THEN
                    RAISE EXCEPTION 'migration \(number) has been applied under the name "%"', applied_name
                        USING ERRCODE = 'duplicate_object';
                END IF;
            END
            """
        return once("DO \(dollarQuoted(block))")
    }

    /// Gives one row when this very transaction has applied the migration.
    var isAppliedHere: PostgresStatement {
        once("SELECT 1 FROM schema_migrations WHERE number = \(number) AND xmin = pg_current_xact_id()::xid")
    }

    private func once(_ sql: String) -> PostgresStatement {
        var statement = PostgresStatement(sql)
        statement.isPrepared = false
        return statement
    }

    /// Quotes `text` with a tag that does not occur in it.
    private func dollarQuoted(_ text: String) -> String {
        var tag = "$usher$"
        while text.contains(tag) { tag = "$u" + tag.dropFirst() }
        return tag + text + tag
    }
}
