/// What the server parses: the text of a statement and the types of its parameters.
struct StatementSource: Hashable, Sendable {
    let sql: String
    let types: [PostgresType]
}

/// A statement in the form that libpq takes, made on the caller's thread to leave the connection's to I/O.
struct EncodedStatement: Sendable {
    let source: StatementSource
    let isPrepared: Bool

    /// The values one after the other, and one byte more, so that even an empty value has an address: libpq takes a
    /// null pointer for NULL.
    let bytes: [UInt8]

    /// Each value's length; nil for NULL.
    let lengths: [Int32?]

    /// The protocol counts parameters in 16 bits.
    private static let maximumParameters = 65_535

    /// The server refuses messages of a gigabyte; the rest is room for the text and the lengths.
    private static let maximumBytes = 1_000_000_000

    /// - Throws: ``PostgresError`` `.invalidStatement` for what could not be sent unharmed.
    init(_ statement: PostgresStatement) throws(PostgresError) {
        guard !statement.sql.utf8.contains(0) else {
            throw PostgresError(.invalidStatement, "the SQL contains a zero byte")
        }
        let parameters = statement.parameters
        guard parameters.count <= Self.maximumParameters else {
            throw PostgresError(
                .invalidStatement, "\(parameters.count) parameters are more than \(Self.maximumParameters); use arrays")
        }
        var bytes: [UInt8] = []
        var lengths: [Int32?] = []
        lengths.reserveCapacity(parameters.count)
        for parameter in parameters {
            let start = bytes.count
            parameter.encode(into: &bytes)
            guard bytes.count + statement.sql.utf8.count <= Self.maximumBytes else {
                throw PostgresError(.invalidStatement, "the parameters are larger than a gigabyte; send less at a time")
            }
            lengths.append(parameter == .null ? nil : Int32(bytes.count - start))
        }
        bytes.append(0)
        self.source = StatementSource(sql: statement.sql, types: parameters.map(\.type))
        self.isPrepared = statement.isPrepared
        self.bytes = bytes
        self.lengths = lengths
    }

    /// A command without parameters that is not kept.
    init(command: String) {
        self.source = StatementSource(sql: command, types: [])
        self.isPrepared = false
        self.bytes = [0]
        self.lengths = []
    }
}
