import Accounts
import Booking
import HTTPTypes
import Hummingbird
import Inventory
import Synchronization

/// How many streams may be open at a time.
public struct StreamLimits: Sendable {
    /// Of one user, on those that say who reads them.
    public var perUser: Int
    /// From one client address.
    public var perAddress: Int
    /// On the whole node.
    public var total: Int

    /// Limits that suit a node with a few GB of memory.
    public init(perUser: Int = 20, perAddress: Int = 200, total: Int = 20_000) {
        self.perUser = perUser
        self.perAddress = perAddress
        self.total = total
    }
}

/// The places that a node has for streams.
final class StreamPlaces: Sendable {
    private struct Taken {
        var total = 0
        var byUser: [UniqueID: Int] = [:]
        var byAddress: [String: Int] = [:]
    }

    private let limits: StreamLimits
    private let taken = Mutex(Taken())

    init(limits: StreamLimits) {
        self.limits = limits
    }

    /// Takes a place for a stream, which has it for as long as the result lives.
    ///
    /// - Parameter reader: Who reads it; nil when it does not say.
    /// - Throws: `Problem`, when there are as many streams as are allowed.
    func take(for reader: Identity?, address: String) throws(Problem) -> StreamPlace {
        let user = reader?.userID
        let refusal = taken.withLock { taken -> Problem? in
            if taken.total >= limits.total { return .noPlaceForStream }
            if let user, taken.byUser[user, default: 0] >= limits.perUser {
                return .tooManyStreams("You have \(limits.perUser) streams open, as many as are allowed; close one.")
            }
            if taken.byAddress[address, default: 0] >= limits.perAddress {
                return .tooManyStreams(
                    "Your address has \(limits.perAddress) streams open, as many as are allowed; close one.")
            }
            taken.total += 1
            if let user { taken.byUser[user, default: 0] += 1 }
            taken.byAddress[address, default: 0] += 1
            return nil
        }
        if let refusal { throw refusal }
        return StreamPlace(reader: reader.map(StreamReader.init), address: address, of: self)
    }

    fileprivate func giveBack(user: UniqueID?, address: String) {
        taken.withLock { taken in
            taken.total -= 1
            if let user { taken.byUser.decrement(user) }
            taken.byAddress.decrement(address)
        }
    }
}

/// One stream's place; given back when nobody refers to it any more, also when the stream has never begun.
final class StreamPlace: Sendable {
    /// Nil when nobody says who reads.
    let reader: StreamReader?
    private let address: String
    private let places: StreamPlaces

    fileprivate init(reader: StreamReader?, address: String, of places: StreamPlaces) {
        self.reader = reader
        self.address = address
        self.places = places
    }

    deinit {
        places.giveBack(user: reader?.user, address: address)
    }
}

/// Who reads a stream, and with which token: what of an identity is kept as long as the stream is open.
struct StreamReader: Sendable {
    let user: UniqueID
    let session: UniqueID
    let tokenIssuedAt: Timestamp

    init(_ identity: Identity) {
        (user, session, tokenIssuedAt) = (identity.userID, identity.session, identity.issuedAt)
    }
}

extension Dictionary where Value == Int {
    fileprivate mutating func decrement(_ key: Key) {
        guard let count = self[key] else { return }
        self[key] = count > 1 ? count - 1 : nil
    }
}

extension Problem {
    fileprivate static func tooManyStreams(_ detail: String) -> Problem {
        var problem = Problem(.tooManyRequests, "too_many_streams", detail)
        problem.retry(after: .seconds(10))
        return problem
    }

    fileprivate static var noPlaceForStream: Problem {
        var problem = Problem(
            .serviceUnavailable, "overloaded", "This server has no place for another stream; try again.")
        problem.retry(after: .seconds(10))
        return problem
    }
}
