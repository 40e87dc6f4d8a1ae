/// A parameter of a statement. It is sent in PostgreSQL's binary format with its type, so nothing is quoted or guessed.
///
/// The arrays are one-dimensional and meant for `unnest`, which makes rows of them.
public enum PostgresValue: Sendable, Hashable {
    /// NULL of whatever type the statement expects.
    case null
    /// `boolean`
    case bool(Bool)
    /// `integer`
    case int32(Int32)
    /// `bigint`
    case int64(Int64)
    /// `text`
    case text(String)
    /// `bytea`
    case bytes([UInt8])
    /// `jsonb`, given as JSON text
    case json(String)
    /// `uuid`
    case uuid(PostgresUUID)
    /// `timestamptz`
    case timestamp(PostgresTimestamp)

    /// `boolean[]`
    case bools([Bool])
    /// `integer[]`
    case int32s([Int32])
    /// `bigint[]`
    case int64s([Int64])
    /// `text[]`
    case texts([String])
    /// `text[]` with NULLs
    case optionalTexts([String?])
    /// `jsonb[]`, given as JSON texts
    case jsons([String])
    /// `uuid[]`
    case uuids([PostgresUUID])
    /// `uuid[]` with NULLs
    case optionalUUIDs([PostgresUUID?])
    /// `timestamptz[]`
    case timestamps([PostgresTimestamp])
}
