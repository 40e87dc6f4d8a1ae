/// What happened in a schedule, line by line, as a hash that two runs can be compared by.
struct Trace: Sendable {
    /// FNV-1a (Fowler, Noll and Vo), 64 bits: unlike `Hasher`, the same in every process.
    private(set) var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    private(set) var lines: [String] = []
    private let keepsLines: Bool

    init(keepsLines: Bool) { self.keepsLines = keepsLines }

    mutating func note(_ line: String) {
        for byte in line.utf8 { add(byte) }
        add(UInt8(ascii: "\n"))
        if keepsLines { lines.append(line) }
    }

    mutating func add(_ byte: UInt8) {
        hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
    }
}
