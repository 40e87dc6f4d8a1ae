extension Timestamp {
    /// What four digits of a year can write.
    public static let years0To9999 =
        Timestamp(millisecondsSince1970: -62_167_219_200_000)...Timestamp(millisecondsSince1970: 253_402_300_799_999)

    /// The time in UTC with milliseconds, `2027-03-01T19:30:00.000Z` (RFC 3339); clamped to the years 0 to 9999.
    public var rfc3339: String {
        let years = Self.years0To9999
        let milliseconds = min(max(self, years.lowerBound), years.upperBound).millisecondsSince1970
        let day = milliseconds.flooredDivision(by: 86_400_000)
        let date = CivilDate(daysSince1970: day)
        let time = milliseconds - day * 86_400_000
        return String(unsafeUninitializedCapacity: 24) { buffer in
            var position = 0
            func append(_ value: Int64, digits: Int, then separator: Character) {
                var rest = value
                for offset in stride(from: digits - 1, through: 0, by: -1) {
                    buffer[position + offset] = UInt8(ascii: "0") + UInt8(rest % 10)
                    rest /= 10
                }
                buffer[position + digits] = separator.asciiValue ?? 0
                position += digits + 1
            }
            append(date.year, digits: 4, then: "-")
            append(date.month, digits: 2, then: "-")
            append(date.day, digits: 2, then: "T")
            append(time / 3_600_000, digits: 2, then: ":")
            append(time / 60_000 % 60, digits: 2, then: ":")
            append(time / 1_000 % 60, digits: 2, then: ".")
            append(time % 1_000, digits: 3, then: "Z")
            return position
        }
    }

    /// Reads a time of RFC 3339, with any offset and any fraction, of which milliseconds are kept; nil when it is
    /// anything else. A leap second is the second after it.
    public init?(rfc3339 text: String) {
        var reader = DigitReader(text)
        guard let year = reader.number(4), reader.skip("-"), let month = reader.number(2), reader.skip("-"),
            let day = reader.number(2), reader.skip("Tt "), let hour = reader.number(2), reader.skip(":"),
            let minute = reader.number(2), reader.skip(":"), let second = reader.number(2),
            let milliseconds = reader.fraction(), let offsetMinutes = reader.offset(), reader.isAtEnd,
            let date = CivilDate(year: year, month: month, day: day), hour <= 23, minute <= 59, second <= 60
        else { return nil }
        let minutes = date.daysSince1970 * 1_440 + hour * 60 + minute - offsetMinutes
        self.init(millisecondsSince1970: (minutes * 60 + second) * 1_000 + milliseconds)
    }
}

/// A day of the proleptic Gregorian calendar, years 0 to 9999.
private struct CivilDate {
    let year: Int64
    let month: Int64
    let day: Int64

    /// Days from 0000-03-01 to 1970-01-01. Years are counted from March here, so that a leap day is a year's last.
    private static let epoch: Int64 = 719_468
    private static let daysIn400Years: Int64 = 146_097

    /// - Returns: nil when there is no such day.
    init?(year: Int64, month: Int64, day: Int64) {
        guard (1...12).contains(month), day >= 1 else { return nil }
        self.year = year
        self.month = month
        self.day = day
        // A day too many in a month is the first of the next.
        guard CivilDate(daysSince1970: daysSince1970).day == day else { return nil }
    }

    init(daysSince1970: Int64) {
        let days = daysSince1970 + Self.epoch
        let era = days.flooredDivision(by: Self.daysIn400Years)
        let dayOfEra = days - era * Self.daysIn400Years
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
    }

    var daysSince1970: Int64 {
        let yearFromMarch = month <= 2 ? year - 1 : year
        let monthFromMarch = month > 2 ? month - 3 : month + 9
        let leapDays =
            yearFromMarch.flooredDivision(by: 4) - yearFromMarch.flooredDivision(by: 100)
            + yearFromMarch.flooredDivision(by: 400)
        return yearFromMarch * 365 + leapDays + (153 * monthFromMarch + 2) / 5 + day - 1 - Self.epoch
    }
}

/// Reads fixed fields of digits.
private struct DigitReader {
    private var rest: Substring.UTF8View

    init(_ text: String) {
        rest = Substring(text).utf8
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func number(_ digits: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<digits {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    mutating func skip(_ allowed: StaticString) -> Bool {
        guard let byte = rest.first, allowed.withUTF8Buffer({ $0.contains(byte) }) else { return false }
        rest.removeFirst()
        return true
    }

    /// Milliseconds of a fraction of a second; 0 when there is none, nil when it has no digits.
    mutating func fraction() -> Int64? {
        guard skip(".") else { return 0 }
        guard let first = digit() else { return nil }
        var milliseconds = first * 100
        var weight: Int64 = 10
        while let digit = digit() {
            milliseconds += digit * weight
            weight /= 10
        }
        return milliseconds
    }

    /// Minutes east of UTC.
    mutating func offset() -> Int64? {
        if skip("Zz") { return 0 }
        let isWest = rest.first == UInt8(ascii: "-")
        guard skip("+-"), let hours = number(2), skip(":"), let minutes = number(2), hours <= 23, minutes <= 59 else {
            return nil
        }
        return (hours * 60 + minutes) * (isWest ? -1 : 1)
    }

    private mutating func digit() -> Int64? {
        guard let byte = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        rest.removeFirst()
        return Int64(byte - UInt8(ascii: "0"))
    }
}

extension Int64 {
    fileprivate func flooredDivision(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
