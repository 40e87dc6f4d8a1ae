import PostgresDriver
import Testing

@Suite(.timeLimit(.minutes(1)))
struct PostgresValueTests {
    /// Sends `values` as one statement's parameters and gives the row that comes back.
    private func roundTrip(_ values: PostgresValue...) async throws -> PostgresRow {
        try await withClient { client in
            let columns = values.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
            return try await client.execute(PostgresStatement("SELECT \(columns)", values))[0]
        }
    }

    /// Sends an array and gives the rows that `unnest` makes of it.
    private func unnest<T: PostgresDecodable>(_ array: PostgresValue, as _: T.Type) async throws -> [T] {
        try await withClient { client in
            let rows = try await client.execute(
                PostgresStatement("SELECT e FROM unnest($1) WITH ORDINALITY AS t(e, i) ORDER BY i", [array]))
            return try rows.map { try $0.decode(0) }
        }
    }

    @Test func `booleans come back`() async throws {
        let row = try await roundTrip(.bool(true), .bool(false))
        #expect(try row.decode(0) == true)
        #expect(try row.decode(1) == false)
    }

    @Test func `integers come back, the extremes too`() async throws {
        let row = try await roundTrip(.int32(.min), .int32(.max), .int64(.min), .int64(.max))
        #expect(try row.decode(0) == Int32.min)
        #expect(try row.decode(1) == Int32.max)
        #expect(try row.decode(2) == Int64.min)
        #expect(try row.decode(3) == Int64.max)
        #expect(try row.decode(1) == Int(Int32.max))
    }

    @Test func `texts come back, whatever they contain`() async throws {
        let texts = [
            "", "'; DROP TABLE users; --", "Zürich 東京 👩‍👩‍👧", "\u{1}\n\\$1", String(repeating: "x", count: 1_000_000),
        ]
        for text in texts {
            #expect(try await roundTrip(.text(text)).decode(0) == text)
        }
    }

    @Test func `bytes come back, zeros and none too`() async throws {
        for bytes in [[], [0], Array(0...255)] as [[UInt8]] {
            #expect(try await roundTrip(.bytes(bytes)).decode(0) == bytes)
        }
    }

    @Test func `JSON comes back`() async throws {
        #expect(try await roundTrip(.json(#"{"a": [1, null, "ü"]}"#)).decode(0) == #"{"a": [1, null, "ü"]}"#)
    }

    @Test func `UUIDs come back and read like the server's`() async throws {
        let uuid = PostgresUUID(high: 0x0123_4567_89ab_cdef, low: 0x0023_4567_89ab_cdef)
        #expect(try await roundTrip(.uuid(uuid)).decode(0) == uuid)
        let text = try await withClient { client in
            try await client.execute(PostgresStatement("SELECT $1::text", [.uuid(uuid)]))[0].decode(0, as: String.self)
        }
        #expect(text == uuid.description)
    }

    @Test(arguments: [
        0, -1, 1_700_000_000_123_456, 946_684_800_000_000, -210_866_803_200_000_000, .max - 1, .max, .min,
    ])
    func `timestamps come back, the first, the last and the infinite too`(microseconds: Int64) async throws {
        let timestamp = PostgresTimestamp(microsecondsSince1970: microseconds)
        #expect(try await roundTrip(.timestamp(timestamp)).decode(0) == timestamp)
    }

    @Test func `the server reads a timestamp as the instant that was meant`() async throws {
        let text = try await withClient { client in
            let timestamp = PostgresTimestamp(microsecondsSince1970: 1_700_000_000_123_456)
            return try await client.execute(
                PostgresStatement("SELECT ($1 AT TIME ZONE 'UTC')::text", [.timestamp(timestamp)]))[0]
                .decode(0, as: String.self)
        }
        #expect(text == "2023-11-14 22:13:20.123456")
    }

    @Test func `a timestamp before the server's first one is refused`() async throws {
        let error = try await withClient { client in
            try await failure {
                try await client.execute(
                    PostgresStatement("SELECT $1", [.timestamp(.init(microsecondsSince1970: .min + 1))]))
            }
        }
        #expect(error.sqlState == "22008")
    }

    @Test func `NULL comes back as nil of every type`() async throws {
        try await withClient { client in
            let row = try await client.execute(
                PostgresStatement(
                    """
                    SELECT $1::boolean, $2::integer, $3::bigint, $4::text, $5::bytea, $6::jsonb, $7::uuid,
                        $8::timestamptz
                    """, Array(repeating: .null, count: 8)))[0]
            #expect(try row.decode(0, as: Bool?.self) == nil)
            #expect(try row.decode(1, as: Int32?.self) == nil)
            #expect(try row.decode(2, as: Int64?.self) == nil)
            #expect(try row.decode(3, as: String?.self) == nil)
            #expect(try row.decode(4, as: [UInt8]?.self) == nil)
            #expect(try row.decode(5, as: String?.self) == nil)
            #expect(try row.decode(6, as: PostgresUUID?.self) == nil)
            #expect(try row.decode(7, as: PostgresTimestamp?.self) == nil)
        }
    }

    @Test func `a value decodes as an optional`() async throws {
        #expect(try await roundTrip(.int32(7)).decode(0, as: Int?.self) == 7)
    }

    @Test func `arrays come back in order, empty ones too`() async throws {
        let uuids = [PostgresUUID(high: 1, low: 2), PostgresUUID(high: .max, low: .max)]
        let timestamps = [PostgresTimestamp(microsecondsSince1970: 5), .infinity]
        #expect(try await unnest(.bools([true, false]), as: Bool.self) == [true, false])
        #expect(try await unnest(.int32s([.min, 0, .max]), as: Int32.self) == [.min, 0, .max])
        #expect(try await unnest(.int64s([.min, 0, .max]), as: Int64.self) == [.min, 0, .max])
        #expect(try await unnest(.texts(["", "NULL", "{,}"]), as: String.self) == ["", "NULL", "{,}"])
        #expect(try await unnest(.jsons(["1", "{}"]), as: String.self) == ["1", "{}"])
        #expect(try await unnest(.uuids(uuids), as: PostgresUUID.self) == uuids)
        #expect(try await unnest(.timestamps(timestamps), as: PostgresTimestamp.self) == timestamps)
        #expect(try await unnest(.texts([]), as: String.self).isEmpty)
    }

    @Test func `arrays keep their NULLs`() async throws {
        let texts = ["a", nil, ""]
        let uuids = [nil, PostgresUUID(high: 3, low: 4)]
        #expect(try await unnest(.optionalTexts(texts), as: String?.self) == texts)
        #expect(try await unnest(.optionalUUIDs(uuids), as: PostgresUUID?.self) == uuids)
    }

    @Test func `text-like columns of other types decode as String`() async throws {
        try await withClient { client in
            let row = try await client.execute("SELECT 'a'::varchar, 'b'::name, 'c'::char(1), '[]'::json, 7::smallint")[
                0]
            #expect(try (0..<4).map { try row.decode($0, as: String.self) } == ["a", "b", "c", "[]"])
            #expect(try row.decode(4, as: Int.self) == 7)
        }
    }

    @Test func `a wrong type, an unexpected NULL and a missing column are named, not decoded`() async throws {
        try await withClient { client in
            let row = try await client.execute("SELECT 'x'::text AS name, NULL::bigint AS total, 3000000000 AS large")[
                0]
            let wrongType = try await failure { try row.decode(0, as: Int.self) }
            #expect(wrongType.code == .typeMismatch)
            #expect(wrongType.message.contains("name"))
            let null = try await failure { try row.decode(1, as: Int.self) }
            #expect(null.message.contains("total"))
            let missing = try await failure { try row.decode(3, as: Int.self) }
            #expect(missing.message.contains("3"))
            let tooLarge = try await failure { try row.decode(2, as: Int32.self) }
            #expect(tooLarge.message.contains("large"))
            #expect(throws: PostgresError.self) { try row.decode(-1, as: Int.self) }
        }
    }

    @Test func `rows know how many were affected`() async throws {
        try await withClient { client in
            let rows = try await client.execute("SELECT g FROM generate_series(1, 5) g")
            #expect(rows.affectedRows == 5)
            #expect(rows.count == 5)
            #expect(try rows.map { try $0.decode(0, as: Int.self) } == [1, 2, 3, 4, 5])
        }
    }
}
