/// One SQL statement and its parameters, `$1`, `$2` and so on.
public struct PostgresStatement: Sendable, ExpressibleByStringLiteral {
    /// The text; it must be one statement.
    public var sql: String

    /// The value of `$1` and those that follow.
    public var parameters: [PostgresValue]

    /// Whether the server shall keep the parsed statement for the next time.
    var isPrepared = true

    /// Makes a statement. Values belong into `parameters`, never into `sql`: each text is parsed and kept once per
    /// connection.
    public init(_ sql: String, _ parameters: [PostgresValue] = []) {
        self.sql = sql
        self.parameters = parameters
    }

    /// Makes a statement without parameters.
    public init(stringLiteral sql: String) {
        self.init(sql)
    }
}
