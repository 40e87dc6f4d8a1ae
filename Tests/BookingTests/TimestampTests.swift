import Booking
import Testing

@Suite("Times in RFC 3339")
struct TimestampTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_399_999, "2000-02-28T23:59:59.999Z"), (951_868_799_000, "2000-02-29T23:59:59.000Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"), (1_803_929_400_123, "2027-03-01T19:30:00.123Z"),
            (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"), (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String)])
    func `a time is written and read`(milliseconds: Int64, text: String) {
        #expect(Timestamp(millisecondsSince1970: milliseconds).rfc3339 == text)
        #expect(Timestamp(rfc3339: text)?.millisecondsSince1970 == milliseconds)
    }

    @Test(arguments: [
        ("2027-03-01T19:30:00Z", "2027-03-01T19:30:00.000Z"),
        ("2027-03-01t19:30:00z", "2027-03-01T19:30:00.000Z"),
        ("2027-03-01T19:30:00.5+01:00", "2027-03-01T18:30:00.500Z"),
        ("2027-03-01T00:30:00.123456789-02:30", "2027-03-01T03:00:00.123Z"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"),
    ])
    func `any offset and fraction is read`(text: String, utc: String) {
        #expect(Timestamp(rfc3339: text)?.rfc3339 == utc)
    }

    @Test(arguments: [
        "", "2027-03-01", "2027-03-01T19:30Z", "2027-03-01T19:30:00", "2027-03-01T19:30:00.Z", "2027-02-29T00:00:00Z",
        "2027-04-31T00:00:00Z", "2027-13-01T00:00:00Z", "2027-00-01T00:00:00Z", "2027-01-00T00:00:00Z",
        "2027-03-01T24:00:00Z", "2027-03-01T19:60:00Z", "2027-03-01T19:30:00+24:00", "2027-03-01T19:30:00Zx",
        "12027-03-01T19:30:00Z", "+027-03-01T19:30:00Z", "２０２７-03-01T19:30:00Z",
    ])
    func `anything else is not`(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test func `a time beyond four-digit years is clamped rather than a trap`() {
        #expect(Timestamp(millisecondsSince1970: .max).rfc3339 == "9999-12-31T23:59:59.999Z")
        #expect(Timestamp(millisecondsSince1970: .min).rfc3339 == "0000-01-01T00:00:00.000Z")
    }

    @Test func `times keep their milliseconds`() {
        for milliseconds in 0..<1_000 {
            let time = Timestamp(millisecondsSince1970: 1_803_902_400_000 + Int64(milliseconds))
            let digits = String(1_000 + milliseconds).dropFirst()
            #expect(time.rfc3339 == "2027-03-01T12:00:00.\(digits)Z")
        }
    }
}
