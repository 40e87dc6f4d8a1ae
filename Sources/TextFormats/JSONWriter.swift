/// Writes JSON (RFC 8259) byte by byte: for what is written thousands of times a second, which an encoder would spend more
/// time on than on everything else that is done for it.
///
/// Commas and escapes are the writer's, the order is the caller's: what is written stands in the order of the calls. In an
/// object, a name comes before each value.
public struct JSONWriter: Sendable {
    /// What has been written.
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// Makes a writer.
    ///
    /// - Parameter capacity: How many bytes will be written, about.
    public init(capacity: Int = 512) {
        bytes.reserveCapacity(capacity)
    }

    /// What has been written, as text.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Writes an object with the members that `write` writes.
    public mutating func object(_ write: (inout JSONWriter) -> Void) {
        enclose("{", "}", write)
    }

    /// Writes an array of what `write` writes for each element.
    public mutating func array<Element>(
        _ elements: some Sequence<Element>, _ write: (inout JSONWriter, Element) -> Void
    ) {
        enclose("[", "]") { json in
            for element in elements { write(&json, element) }
        }
    }

    /// Writes a member's name; its value follows.
    public mutating func name(_ name: String) {
        value(name)
        append(":")
        needsComma = false
    }

    /// Writes a text; `null` when there is none.
    public mutating func value(_ text: String?) {
        guard var text else { return null() }
        separate()
        append("\"")
        text.withUTF8 { append(escaped: $0) }
        append("\"")
        needsComma = true
    }

    /// Writes a whole number; `null` when there is none.
    public mutating func value(_ number: (some FixedWidthInteger)?) {
        literal(number.map { String($0) } ?? "null")
    }

    /// Writes `null`.
    public mutating func null() {
        literal("null")
    }
}

// MARK: - Members

extension JSONWriter {
    /// Writes a member that is a text; `null` when there is none.
    public mutating func member(_ name: String, _ text: String?) {
        self.name(name)
        value(text)
    }

    /// Writes a member that is a whole number; `null` when there is none.
    public mutating func member(_ name: String, _ number: (some FixedWidthInteger)?) {
        self.name(name)
        value(number)
    }

    /// Writes a member that is an object with the members that `write` writes of `value`; `null` when there is none.
    public mutating func member<Value>(
        _ name: String, _ value: Value?, _ write: (inout JSONWriter, Value) -> Void
    ) {
        self.name(name)
        guard let value else { return null() }
        object { write(&$0, value) }
    }

    /// Writes a member that is an array of what `write` writes for each element.
    public mutating func member<Element>(
        _ name: String, array elements: some Sequence<Element>, _ write: (inout JSONWriter, Element) -> Void
    ) {
        self.name(name)
        array(elements, write)
    }
}

// MARK: - Bytes

extension JSONWriter {
    private mutating func separate() {
        if needsComma { append(",") }
    }

    private mutating func enclose(_ open: Unicode.Scalar, _ close: Unicode.Scalar, _ write: (inout JSONWriter) -> Void)
    {
        separate()
        append(open)
        needsComma = false
        write(&self)
        append(close)
        needsComma = true
    }

    private mutating func literal(_ text: String) {
        separate()
        bytes.append(contentsOf: text.utf8)
        needsComma = true
    }

    private mutating func append(_ character: Unicode.Scalar) {
        bytes.append(UInt8(ascii: character))
    }

    /// What RFC 8259 does not allow in a text is escaped, and so is DEL, which terminals obey.
    private mutating func append(escaped text: UnsafeBufferPointer<UInt8>) {
        var rest = text[...]
        while let index = rest.firstIndex(where: \.needsEscape) {
            bytes.append(contentsOf: rest[..<index])
            append(escapeOf: rest[index])
            rest = rest[(index + 1)...]
        }
        bytes.append(contentsOf: rest)
    }

    private mutating func append(escapeOf byte: UInt8) {
        append("\\")
        switch byte {
        case UInt8(ascii: "\n"): append("n")
        case UInt8(ascii: "\r"): append("r")
        case UInt8(ascii: "\t"): append("t")
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        default:
            let digits = String(byte, radix: 16)
            bytes.append(contentsOf: "u\(digits.utf8.count == 1 ? "000" : "00")\(digits)".utf8)
        }
    }
}

extension UInt8 {
    fileprivate var needsEscape: Bool {
        self < 0x20 || self == 0x7F || self == UInt8(ascii: "\"") || self == UInt8(ascii: "\\")
    }
}
