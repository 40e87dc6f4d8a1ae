/// The claims of a hold or a booking. Most have one: it lies in place, without memory of its own.
public struct UnitClaims: Hashable, Sendable {
    /// A list has two claims or more, so that equal claims are stored alike.
    private enum Storage: Hashable, Sendable {
        case none
        case one(UnitClaim)
        case list([UnitClaim])
    }

    private var storage = Storage.none

    /// No claims.
    public init() {}

    /// Collects claims.
    public init(_ claims: some Sequence<UnitClaim>) {
        for claim in claims { append(claim) }
    }

    /// Adds a claim behind the others.
    public mutating func append(_ claim: UnitClaim) {
        switch storage {
        case .none:
            storage = .one(claim)
        case .one(let first):
            var claims: [UnitClaim] = []
            // Who takes two takes four as often; growing twice costs more than the room.
            claims.reserveCapacity(4)
            claims.append(first)
            claims.append(claim)
            storage = .list(claims)
        case .list(var claims):
            // Lets go of the list meanwhile, or appending would copy it.
            storage = .none
            claims.append(claim)
            storage = .list(claims)
        }
    }
}

extension UnitClaims: RandomAccessCollection {
    public var startIndex: Int { 0 }

    public var endIndex: Int {
        switch storage {
        case .none: 0
        case .one: 1
        case .list(let claims): claims.count
        }
    }

    public subscript(index: Int) -> UnitClaim {
        switch storage {
        case .none:
            preconditionFailure("there are no claims")
        case .one(let claim):
            precondition(index == 0, "a single claim has the index 0")
            return claim
        case .list(let claims):
            return claims[index]
        }
    }
}

extension UnitClaims: ExpressibleByArrayLiteral {
    public init(arrayLiteral claims: UnitClaim...) {
        self.init(claims)
    }
}
