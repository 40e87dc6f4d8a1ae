/// SplitMix64 (Steele, Lea and Flood, 2014): the same seed gives the same choices.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// One of many generators of a seed. Its beginning is drawn: neighbours that begin beside each other would soon draw
    /// the same numbers.
    init(seed: UInt64, stream: UInt64) {
        var beginnings = SeededRandom(seed: seed &+ stream &* 0xD134_2543_DE82_EF95)
        state = beginnings.next()
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
