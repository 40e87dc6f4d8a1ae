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

extension PostgresStatement {
    /// Has the statements behind it in its transaction find rows by an index, however small their tables are.
    ///
    /// For what changes given rows of a table that grows: the server plans a statement once and keeps the plan, and one that
    /// reads the whole of a small table is still followed when that table has a million rows. That lasts until the table is
    /// analyzed, which may be a minute after a sale has begun.
    public static let findByIndex: PostgresStatement = """
        SELECT set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
            set_config('enable_mergejoin', 'off', true)
        """
}
