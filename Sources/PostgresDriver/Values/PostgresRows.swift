internal import CPostgreSQL

/// The rows that a statement gave back.
public struct PostgresRows: Sendable, RandomAccessCollection {
    private let result: PostgresResult

    /// How many rows the statement inserted, updated, deleted or selected.
    public let affectedRows: Int

    init(_ result: PostgresResult) {
        self.result = result
        self.affectedRows = result.affectedRows
    }

    /// The position of the first row, zero.
    public var startIndex: Int { 0 }

    /// The number of rows.
    public var endIndex: Int { result.rowCount }

    /// The row at `position`.
    public subscript(position: Int) -> PostgresRow {
        precondition(indices.contains(position), "row \(position) of \(count)")
        return PostgresRow(result: result, index: position)
    }
}

/// One row of a statement's answer.
public struct PostgresRow: Sendable {
    let result: PostgresResult
    let index: Int

    /// How many columns the row has.
    public var columnCount: Int { result.columnCount }

    /// Decodes the column at `column`, counted from zero.
    ///
    /// - Throws: ``PostgresError`` `.typeMismatch` that names the column, when there is no such column, its type does
    ///   not fit `T`, its value is too large for `T`, or it is NULL and `T` is not optional.
    public func decode<T: PostgresDecodable>(_ column: Int, as: T.Type = T.self) throws(PostgresError) -> T {
        guard column >= 0, column < columnCount else {
            throw PostgresError(.typeMismatch, "there is no column \(column): the row has \(columnCount)")
        }
        return try T(PostgresCell(result: result, row: index, column: column))
    }
}
