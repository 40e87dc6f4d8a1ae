internal import CPostgreSQL
internal import Glibc

/// One result of libpq; cells are decoded straight from its memory.
///
/// `@unchecked Sendable`: the pointer is owned by this object alone and freed with it, and after its creation a
/// `PGresult` is only read. libpq allows that from any thread ("PGresult objects are normally read-only after creation,
/// and so can be passed around freely between threads", libpq, Behavior in Threaded Programs).
final class PostgresResult: @unchecked Sendable {
    private let pointer: OpaquePointer

    let rowCount: Int
    let columnCount: Int

    /// Takes over `pointer`.
    init(owning pointer: OpaquePointer) {
        self.pointer = pointer
        self.rowCount = Int(PQntuples(pointer))
        self.columnCount = Int(PQnfields(pointer))
    }

    deinit {
        PQclear(pointer)
    }

    var status: ExecStatusType { PQresultStatus(pointer) }

    var affectedRows: Int {
        PQcmdTuples(pointer).flatMap { Int(String(cString: $0)) } ?? 0
    }

    /// Whether the statement began an explicit transaction, which would swallow the statements of other callers.
    var opensTransaction: Bool {
        guard status == PGRES_COMMAND_OK, let tag = PQcmdStatus(pointer) else { return false }
        return strcmp(tag, "BEGIN") == 0 || strcmp(tag, "START TRANSACTION") == 0
    }

    func type(ofColumn column: Int) -> PostgresType {
        PostgresType(oid: PQftype(pointer, Int32(column)))
    }

    func name(ofColumn column: Int) -> String {
        PQfname(pointer, Int32(column)).map { String(cString: $0) } ?? "\(column)"
    }

    /// Calls `body` with the bytes of a cell in the binary format, or returns nil when it is NULL.
    func withBytes<Value>(row: Int, column: Int, _ body: (UnsafeRawBufferPointer) -> Value) -> Value? {
        let row = Int32(row)
        let column = Int32(column)
        guard PQgetisnull(pointer, row, column) == 0, let start = PQgetvalue(pointer, row, column) else { return nil }
        return body(UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(pointer, row, column))))
    }

    /// The server's error, when this is one.
    var error: PostgresError {
        let sqlState = errorField(.sqlState)
        // Usher never cancels by name, so a cancelled query met its time limit or an operator.
        let code: PostgresError.Code = sqlState == "57014" ? .timeout : .server
        let message = errorField(.message) ?? String(cString: PQresultErrorMessage(pointer))
        return PostgresError(
            code, message, sqlState: sqlState, constraint: errorField(.constraint),
            detail: errorField(.detail))
    }

    /// libpq's `PG_DIAG_…`, character macros that Swift cannot import.
    private enum ErrorField: Unicode.Scalar {
        case sqlState = "C"
        case message = "M"
        case detail = "D"
        case constraint = "n"
    }

    private func errorField(_ field: ErrorField) -> String? {
        PQresultErrorField(pointer, Int32(field.rawValue.value)).map { String(cString: $0) }
    }
}
