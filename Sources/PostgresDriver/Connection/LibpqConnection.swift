internal import CPostgreSQL

/// libpq's connection in non-blocking pipeline mode. Not thread-safe: it belongs to one connection actor.
final class LibpqConnection {
    enum Progress {
        case needsRead
        case needsWrite
        case connected
        case failed
    }

    enum Flush {
        case complete
        case blocked
        case failed
    }

    typealias Command = PostgresConnectionStateMachine<PostgresRequest>.Command
    typealias Reply = PostgresConnectionStateMachine<PostgresRequest>.Reply

    private let pointer: OpaquePointer

    /// Begins to connect; nil when there is no memory. The look-up of the host's name blocks.
    init?(url: String) {
        let keywords = ["dbname", "client_encoding", "fallback_application_name"]
        let values = [url, "UTF8", "usher"]
        let started = withCStrings(keywords) { keywords in
            withCStrings(values) { values in PQconnectStartParams(keywords, values, 1) }
        }
        guard let started else { return nil }
        pointer = started
        // The default prints notices to standard error.
        PQsetNoticeProcessor(pointer, { _, _ in }, nil)
    }

    deinit {
        PQfinish(pointer)
    }

    /// The socket, which may be another one after each ``connect()``, or nil.
    var socket: Int32? {
        let socket = PQsocket(pointer)
        return socket < 0 ? nil : socket
    }

    var isBroken: Bool { PQstatus(pointer) == CONNECTION_BAD }

    /// What libpq says about the last failure; it never contains the password.
    var errorMessage: String {
        let message = String(cString: PQerrorMessage(pointer))
        let lines = message.split(whereSeparator: \.isNewline).map { $0.drop(while: \.isWhitespace) }
        return lines.isEmpty ? "no reason given" : lines.joined(separator: "; ")
    }

    /// Goes on connecting. Call it when the socket is ready for what the last call needed, at first for writing.
    func connect() -> Progress {
        switch PQconnectPoll(pointer) {
        case PGRES_POLLING_READING: return .needsRead
        case PGRES_POLLING_WRITING: return .needsWrite
        case PGRES_POLLING_OK: break
        default: return .failed
        }
        return PQsetnonblocking(pointer, 1) == 0 && PQenterPipelineMode(pointer) == 1 ? .connected : .failed
    }

    /// Puts `command` into the output buffer, or returns false when the connection has failed.
    func perform(_ command: Command) -> Bool {
        switch command {
        case .prepare(let source, let name):
            let types = source.types.map(\.oid)
            return PQsendPrepare(pointer, name, source.sql, Int32(types.count), types) == 1
        case .run(let statement, let name):
            return run(statement, name: name)
        case .sync:
            return PQpipelineSync(pointer) == 1
        }
    }

    /// Writes what the socket takes of the output buffer.
    func flush() -> Flush {
        switch PQflush(pointer) {
        case 0: .complete
        case 1: .blocked
        default: .failed
        }
    }

    /// Reads what the socket has, or returns false when it has come to its end; replies may be left even then.
    func read() -> Bool {
        PQconsumeInput(pointer) == 1
    }

    /// The next reply that has come in whole. Ask only while the server owes one.
    func nextReply() -> Reply? {
        guard PQisBusy(pointer) == 0 else { return nil }
        guard let result = PQgetResult(pointer) else { return .endOfStep }
        let owned = PostgresResult(owning: result)
        switch owned.status {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
            return owned.opensTransaction ? .unusable : .rows(PostgresRows(owned))
        case PGRES_PIPELINE_SYNC:
            return .sync
        case PGRES_PIPELINE_ABORTED:
            return .skipped
        case PGRES_FATAL_ERROR:
            return .failure(owned.error)
        default:
            return .unusable
        }
    }

    private func run(_ statement: EncodedStatement, name: String?) -> Bool {
        let count = Int32(statement.lengths.count)
        let lengths = statement.lengths.map { $0 ?? 0 }
        let formats = [Int32](repeating: Self.binary, count: statement.lengths.count)
        return statement.bytes.withUnsafeBytes { bytes in
            var offset = 0
            let values = statement.lengths.map { length -> UnsafePointer<CChar>? in
                guard let length else { return nil }
                defer { offset += Int(length) }
                return bytes.baseAddress.map { ($0 + offset).assumingMemoryBound(to: CChar.self) }
            }
            if let name {
                return PQsendQueryPrepared(pointer, name, count, values, lengths, formats, Self.binary) == 1
            }
            let source = statement.source
            return PQsendQueryParams(
                pointer, source.sql, count, source.types.map(\.oid), values, lengths, formats, Self.binary) == 1
        }
    }

    private static let binary: Int32 = 1
}

/// Calls `body` with a null-terminated array of C strings.
private func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
) -> Result {
    let copies = strings.map { Array($0.utf8CString) }
    func collect(_ index: Int, _ pointers: [UnsafePointer<CChar>?]) -> Result {
        guard index < copies.count else { return body(pointers + [nil]) }
        return copies[index].withUnsafeBufferPointer { collect(index + 1, pointers + [$0.baseAddress]) }
    }
    return collect(0, [])
}
