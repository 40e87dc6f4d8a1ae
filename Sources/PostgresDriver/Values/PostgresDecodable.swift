/// A type that a column can be decoded as: `Bool`, `Int32`, `Int64`, `Int`, `String`, `[UInt8]`, ``PostgresUUID``,
/// ``PostgresTimestamp``, and optionals of them for columns that can be NULL.
public protocol PostgresDecodable: Sendable {
    /// Decodes `cell`, or throws ``PostgresError`` `.typeMismatch`.
    init(_ cell: PostgresCell) throws(PostgresError)
}

/// A column of a row, on its way to a Swift value.
public struct PostgresCell: Sendable {
    let result: PostgresResult
    let row: Int
    let column: Int

    var type: PostgresType { result.type(ofColumn: column) }
    private var name: String { result.name(ofColumn: column) }
    var isNull: Bool { result.withBytes(row: row, column: column) { _ in } == nil }

    /// Hands the bytes and their type to `decode`, which returns nil when it cannot use them.
    func decode<Value>(
        as _: Value.Type, _ decode: (UnsafeRawBufferPointer, PostgresType) -> Value?
    ) throws(PostgresError) -> Value {
        let type = type
        guard let decoded = result.withBytes(row: row, column: column, { decode($0, type) }) else {
            throw PostgresError(.typeMismatch, "column \(column) (\(name)) is NULL; decode it as \(Value.self)?")
        }
        guard let decoded else {
            throw PostgresError(
                .typeMismatch, "column \(column) (\(name)), of the type with oid \(type.oid), is no \(Value.self)")
        }
        return decoded
    }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    /// Decodes NULL as nil.
    public init(_ cell: PostgresCell) throws(PostgresError) {
        self = cell.isNull ? nil : try Wrapped(cell)
    }
}

extension Bool: PostgresDecodable {
    /// Decodes `boolean`.
    public init(_ cell: PostgresCell) throws(PostgresError) {
        self = try cell.decode(as: Bool.self) { bytes, type in
            type == .bool && bytes.count == 1 ? bytes[0] != 0 : nil
        }
    }
}

extension Int32: PostgresDecodable {
    /// Decodes `smallint`, `integer`, and a `bigint` that fits.
    public init(_ cell: PostgresCell) throws(PostgresError) { self = try cell.integer() }
}

extension Int64: PostgresDecodable {
    /// Decodes `smallint`, `integer` and `bigint`.
    public init(_ cell: PostgresCell) throws(PostgresError) { self = try cell.integer() }
}

extension Int: PostgresDecodable {
    /// Decodes `smallint`, `integer` and `bigint`.
    public init(_ cell: PostgresCell) throws(PostgresError) { self = try cell.integer() }
}

extension String: PostgresDecodable {
    /// Decodes `text`, `varchar`, `char`, `name`, `json` and `jsonb`.
    public init(_ cell: PostgresCell) throws(PostgresError) {
        self = try cell.decode(as: String.self) { bytes, type in
            switch type {
            case .text, .varchar, .bpchar, .name, .json: String(validating: bytes, as: UTF8.self)
            // The first byte is the version of the format.
            case .jsonb: bytes.first == 1 ? String(validating: bytes.dropFirst(), as: UTF8.self) : nil
            default: nil
            }
        }
    }
}

extension [UInt8]: PostgresDecodable {
    /// Decodes `bytea`.
    public init(_ cell: PostgresCell) throws(PostgresError) {
        self = try cell.decode(as: [UInt8].self) { bytes, type in type == .bytea ? [UInt8](bytes) : nil }
    }
}

extension PostgresUUID: PostgresDecodable {
    /// Decodes `uuid`.
    public init(_ cell: PostgresCell) throws(PostgresError) {
        self = try cell.decode(as: PostgresUUID.self) { bytes, type in
            guard type == .uuid, bytes.count == 16 else { return nil }
            return PostgresUUID(high: bytes.bigEndian(), low: bytes.bigEndian(at: 8))
        }
    }
}

extension PostgresTimestamp: PostgresDecodable {
    /// Decodes `timestamptz`.
    public init(_ cell: PostgresCell) throws(PostgresError) {
        self = try cell.decode(as: PostgresTimestamp.self) { bytes, type in
            guard type == .timestamptz, bytes.count == 8 else { return nil }
            return PostgresTimestamp(microsecondsSince2000: bytes.bigEndian())
        }
    }
}

extension PostgresCell {
    fileprivate func integer<Value: FixedWidthInteger>() throws(PostgresError) -> Value {
        try decode(as: Value.self) { bytes, type in
            switch (type, bytes.count) {
            case (.int2, 2): Value(exactly: bytes.bigEndian() as Int16)
            case (.int4, 4): Value(exactly: bytes.bigEndian() as Int32)
            case (.int8, 8): Value(exactly: bytes.bigEndian() as Int64)
            default: nil
            }
        }
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func bigEndian<Value: FixedWidthInteger>(at offset: Int = 0) -> Value {
        Value(bigEndian: loadUnaligned(fromByteOffset: offset, as: Value.self))
    }
}
