/// The place of some work in a trace over several services (W3C Trace Context, level 2).
public struct TraceContext: Hashable, Sendable {
    /// The place of what the current task does; nil when nobody has asked for it from outside.
    @TaskLocal public static var current: TraceContext?

    private let high: UInt64
    private let low: UInt64
    private let span: UInt64
    private let flags: UInt8
    /// What the callers' own tracing systems want to be handed on.
    public let tracestate: String?

    /// Begins a trace. Whether it is recorded is for others to decide.
    public init() {
        let random = BufferedRandom()
        self.init(high: max(1, random.next()), low: random.next(), flags: 0, tracestate: nil)
    }

    private init(high: UInt64, low: UInt64, flags: UInt8, tracestate: String?) {
        self.high = high
        self.low = low
        span = max(1, BufferedRandom().next())
        self.flags = flags
        self.tracestate = tracestate
    }

    /// Reads a caller's place.
    ///
    /// - Parameter tracestate: Dropped when it is too long to be handed on, or has what no header may have.
    /// - Returns: Nil when `traceparent` is not valid; then a new trace is to be begun.
    public init?(traceparent: String, tracestate: String? = nil) {
        let parts = traceparent.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count >= 4, let version = hex(parts[0], digits: 2), version != 0xFF,
            // Later versions may say more; what this one knows stays where it is.
            parts.count == 4 || version > 0,
            parts[1].count == 32, let high = hex(parts[1].prefix(16), digits: 16),
            let low = hex(parts[1].dropFirst(16), digits: 16), high | low != 0,
            let span = hex(parts[2], digits: 16), span != 0, let flags = hex(parts[3], digits: 2)
        else { return nil }
        self.high = high
        self.low = low
        self.span = span
        // Sampled and random; the others have no meaning yet, and are not handed on.
        self.flags = UInt8(flags) & 0b11
        self.tracestate = tracestate.flatMap { $0.isSaneTracestate ? $0 : nil }
    }

    /// A new place within this one.
    public func child() -> TraceContext {
        TraceContext(high: high, low: low, flags: flags, tracestate: tracestate)
    }

    /// The trace's id: 32 hexadecimal digits.
    public var traceID: String { hexText(high, low) }

    /// The place as a header's value.
    public var traceparent: String { "00-\(traceID)-\(hexText(span))-0\(flags)" }
}

/// - Returns: Nil unless these are so many hexadecimal digits, in lower case.
private func hex(_ text: Substring.UTF8View, digits: Int) -> UInt64? {
    guard text.count == digits else { return nil }
    var value: UInt64 = 0
    for byte in text {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt64(byte - UInt8(ascii: "a") + 10)
        default: return nil
        }
    }
    return value
}

private func hexText(_ words: UInt64...) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(unsafeUninitializedCapacity: 16 * words.count) { buffer in
        for (index, word) in words.enumerated() {
            for digit in 0..<16 { buffer[16 * index + digit] = digits[Int(word >> (60 - 4 * UInt64(digit)) & 0xF)] }
        }
        return buffer.count
    }
}

extension String {
    fileprivate var isSaneTracestate: Bool {
        (1...512).contains(utf8.count) && utf8.allSatisfy { (0x20...0x7E).contains($0) }
    }
}
