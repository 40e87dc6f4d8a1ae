/// PostgreSQL's binary formats: integers are big-endian; an array is its number of dimensions, whether it has NULLs,
/// the type of its elements, each dimension's size and lower bound, and each element after its length (-1 for NULL).
extension PostgresValue {
    var type: PostgresType {
        switch self {
        case .null: .unspecified
        case .bool: .bool
        case .int32: .int4
        case .int64: .int8
        case .text: .text
        case .bytes: .bytea
        case .json: .jsonb
        case .uuid: .uuid
        case .timestamp: .timestamptz
        case .bools: .boolArray
        case .int32s: .int4Array
        case .int64s: .int8Array
        case .texts, .optionalTexts: .textArray
        case .jsons: .jsonbArray
        case .uuids, .optionalUUIDs: .uuidArray
        case .timestamps: .timestamptzArray
        }
    }

    /// Appends the value to `buffer`; NULL appends nothing.
    func encode(into buffer: inout [UInt8]) {
        switch self {
        case .null: break
        case .bool(let value): buffer.append(bool: value)
        case .int32(let value): buffer.append(bigEndian: value)
        case .int64(let value): buffer.append(bigEndian: value)
        case .text(let value): buffer.append(contentsOf: value.utf8)
        case .bytes(let value): buffer.append(contentsOf: value)
        case .json(let value): buffer.append(json: value)
        case .uuid(let value): buffer.append(uuid: value)
        case .timestamp(let value): buffer.append(bigEndian: value.microsecondsSince2000)
        case .bools(let values): buffer.append(array: values, of: .bool) { $0.append(bool: $1) }
        case .int32s(let values): buffer.append(array: values, of: .int4) { $0.append(bigEndian: $1) }
        case .int64s(let values): buffer.append(array: values, of: .int8) { $0.append(bigEndian: $1) }
        case .texts(let values): buffer.append(array: values, of: .text) { $0.append(contentsOf: $1.utf8) }
        case .optionalTexts(let values): buffer.append(array: values, of: .text) { $0.append(contentsOf: $1.utf8) }
        case .jsons(let values): buffer.append(array: values, of: .jsonb) { $0.append(json: $1) }
        case .uuids(let values): buffer.append(array: values, of: .uuid) { $0.append(uuid: $1) }
        case .optionalUUIDs(let values): buffer.append(array: values, of: .uuid) { $0.append(uuid: $1) }
        case .timestamps(let values):
            buffer.append(array: values, of: .timestamptz) { $0.append(bigEndian: $1.microsecondsSince2000) }
        }
    }
}

extension [UInt8] {
    fileprivate mutating func append<Value: FixedWidthInteger>(bigEndian value: Value) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }

    fileprivate mutating func append(bool value: Bool) {
        append(value ? 1 : 0)
    }

    fileprivate mutating func append(uuid value: PostgresUUID) {
        append(bigEndian: value.high)
        append(bigEndian: value.low)
    }

    /// The first byte is the version of `jsonb`'s format.
    fileprivate mutating func append(json text: String) {
        append(1)
        append(contentsOf: text.utf8)
    }

    fileprivate mutating func append<Value>(
        array elements: [Value?], of type: PostgresType, _ appendElement: (inout [UInt8], Value) -> Void
    ) {
        append(bigEndian: Int32(elements.isEmpty ? 0 : 1))
        append(bigEndian: Int32(elements.contains { $0 == nil } ? 1 : 0))
        append(bigEndian: type.oid)
        guard !elements.isEmpty else { return }
        append(bigEndian: Int32(clamping: elements.count))
        append(bigEndian: Int32(1))
        for element in elements {
            let start = count
            append(bigEndian: Int32(-1))
            guard let element else { continue }
            appendElement(&self, element)
            overwriteLength(at: start)
        }
    }

    private mutating func overwriteLength(at start: Int) {
        let length = Int32(clamping: count - start - MemoryLayout<Int32>.size)
        Swift.withUnsafeBytes(of: length.bigEndian) { bytes in
            for (offset, byte) in bytes.enumerated() { self[start + offset] = byte }
        }
    }
}
