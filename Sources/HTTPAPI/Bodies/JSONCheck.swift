/// Looks through a body before it is decoded, for what a decoder lets pass or suffers from: names that occur twice in an
/// object, where one reader takes the first and another the last; nesting without end; and bytes that are no UTF-8.
///
/// One pass, without recursion. Whether the body is JSON at all is the decoder's to say: this looks only as far as it
/// must to tell names from other text.
struct JSONCheck {
    static let deepestNesting = 32
    static let mostMembers = 100

    /// Why a body is not decoded, as the end of a sentence that begins with the body.
    struct Fault: Error, Hashable {
        let text: String

        static let encoding = Fault(text: "is not valid JSON in UTF-8")
        static let tooDeep = Fault(text: "is nested more than \(deepestNesting) levels deep")
        static let tooManyMembers = Fault(text: "has an object with more than \(mostMembers) members")
        static let emptyName = Fault(text: "has a member whose name contains U+0000")

        static func repeatedName(_ name: String) -> Fault {
            Fault(text: "has the member `\(name)` twice in one object")
        }
    }

    private struct Level {
        let isObject: Bool
        /// Where the names of this object begin in `names`.
        let firstName: Int
    }

    private let bytes: UnsafeRawBufferPointer
    private var position = 0
    private var levels: [Level] = []
    /// The digests of the names of all open objects. Two names with the same digest would be a false alarm, of which
    /// nobody but its sender has anything; one in 10¹⁹ is honest.
    private var names: [UInt64] = []
    private var isNameNext = false
    private var isASCII = true

    /// Finds what is wrong with a body.
    static func check(_ bytes: UnsafeRawBufferPointer) throws(Fault) {
        var check = JSONCheck(bytes: bytes)
        try check.run()
        if !check.isASCII, String(validating: bytes, as: UTF8.self) == nil { throw .encoding }
    }

    private init(bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        levels.reserveCapacity(8)
        names.reserveCapacity(32)
    }

    private mutating func run() throws(Fault) {
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                if isNameNext { try readName() } else { try skipText() }
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                guard levels.count < Self.deepestNesting else { throw .tooDeep }
                isNameNext = byte == UInt8(ascii: "{")
                levels.append(Level(isObject: isNameNext, firstName: names.count))
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                isNameNext = false
                guard let level = levels.popLast() else { throw .encoding }
                names.removeLast(names.count - level.firstName)
            case UInt8(ascii: ","):
                isNameNext = levels.last?.isObject ?? false
            case UInt8(ascii: ":"):
                isNameNext = false
            case UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"), 0x20...0x7E:
                break
            default:
                // Outside of texts JSON has no such byte; UTF-16 and a byte order mark end here.
                throw .encoding
            }
        }
    }

    private mutating func skipText() throws(Fault) {
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return
            case UInt8(ascii: "\\"): position += 1
            case 0..<0x20: throw .encoding
            case 0x80...: isASCII = false
            default: break
            }
        }
    }

    private mutating func readName() throws(Fault) {
        let start = position
        var digest = NameDigest()
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                return try keep(digest.value, name: start..<position - 1)
            case UInt8(ascii: "\\"):
                let scalar = try readEscape()
                guard scalar != 0 else { throw .emptyName }
                digest.add(scalar)
            case 0..<0x20:
                throw .encoding
            default:
                if byte >= 0x80 { isASCII = false }
                digest.add(byte: byte)
            }
        }
    }

    private mutating func keep(_ digest: UInt64, name: Range<Int>) throws(Fault) {
        let siblings = names[(levels.last?.firstName ?? 0)...]
        guard siblings.count < Self.mostMembers else { throw .tooManyMembers }
        guard !siblings.contains(digest) else {
            throw .repeatedName(String(decoding: bytes[name].prefix(64), as: UTF8.self))
        }
        names.append(digest)
    }

    /// What stands behind a backslash. Names that differ only in how they are written are the same name.
    private mutating func readEscape() throws(Fault) -> UInt32 {
        guard position < bytes.count else { throw .encoding }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "b"): return 8
        case UInt8(ascii: "t"): return 9
        case UInt8(ascii: "n"): return 10
        case UInt8(ascii: "f"): return 12
        case UInt8(ascii: "r"): return 13
        case UInt8(ascii: "u"): return try readCodePoint()
        default: return UInt32(byte)
        }
    }

    /// Four hexadecimal digits, or twice four for what lies beyond 16 bits (RFC 8259, section 7).
    private mutating func readCodePoint() throws(Fault) -> UInt32 {
        let first = try readCodeUnit()
        guard UTF16.isLeadSurrogate(first) else { return UInt32(first) }
        guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        else { throw .encoding }
        position += 2
        let second = try readCodeUnit()
        guard UTF16.isTrailSurrogate(second) else { throw .encoding }
        return 0x1_0000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
    }

    private mutating func readCodeUnit() throws(Fault) -> UInt16 {
        guard position + 4 <= bytes.count,
            let unit = UInt16(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
        else { throw .encoding }
        position += 4
        return unit
    }
}

/// A digest of a name's UTF-8 (FNV-1a).
private struct NameDigest {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(byte: UInt8) {
        value = (value ^ UInt64(byte)) &* 0x100_0000_01B3
    }

    mutating func add(_ codePoint: UInt32) {
        // A lone surrogate is refused by the decoder; here any other character may stand for it.
        for byte in String(Unicode.Scalar(codePoint) ?? "\u{FFFD}").utf8 { add(byte: byte) }
    }
}
