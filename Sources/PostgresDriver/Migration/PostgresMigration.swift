/// One numbered step of the schema.
public struct PostgresMigration: Sendable {
    /// Its place in the order.
    public let number: Int

    /// A few words that tell what it does.
    public let name: String

    /// Its statements, separated by semicolons.
    public let sql: String

    /// Makes a migration.
    public init(number: Int, name: String, sql: String) {
        self.number = number
        self.name = name
        self.sql = sql
    }
}
