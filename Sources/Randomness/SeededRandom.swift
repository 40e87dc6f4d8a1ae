/// SplitMix64 (Steele, Lea and Flood: Fast Splittable Pseudorandom Number Generators, 2014): the same seed gives the same
/// choices on every machine, and in every version of Usher. No secrets: who knows one number knows the next.
public struct SeededRandom: RandomNumberGenerator, Sendable {
    @usableFromInline var state: UInt64

    @inlinable public init(seed: UInt64) { state = seed }

    /// One of many generators of a seed. Its beginning is drawn: neighbours that begin beside each other would soon draw
    /// the same numbers.
    public init(seed: UInt64, stream: UInt64) {
        var beginnings = SeededRandom(seed: seed &+ stream &* 0xD134_2543_DE82_EF95)
        state = beginnings.next()
    }

    @inlinable public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A generator of its own, which goes on the same however much of this one is used.
    public mutating func split() -> SeededRandom { SeededRandom(seed: next()) }

    /// A number from 0 up to the bound, which must be at least 1 and is left out.
    @inlinable public mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

    /// True once in `odds` times.
    @inlinable public mutating func once(in odds: Int) -> Bool { below(odds) == 0 }

    /// One of the choices, of which there must be one at least.
    @inlinable public mutating func pick<Choice>(_ choices: [Choice]) -> Choice { choices[below(choices.count)] }

    /// One of the choices, as often as its weight says. The weights must not all be 0.
    @inlinable public mutating func pick<Choice>(weighted choices: [(weight: Int, choice: Choice)]) -> Choice {
        var left = below(choices.reduce(0) { $0 + $1.weight })
        for (weight, choice) in choices {
            if left < weight { return choice }
            left -= weight
        }
        preconditionFailure("the weights add up to the bound")
    }
}
