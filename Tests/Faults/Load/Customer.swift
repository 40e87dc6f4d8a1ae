import Foundation
import NIOHTTP1
import Randomness

/// One customer, who wants seats all evening and does with them what comes to her mind.
struct Customer: Sendable {
    let number: Int
    let caller: Caller
    let event: String
    let journal: Journal
    /// Cards that she pays with, each as often as it is in here.
    let cards: [String]
    /// Added to the time that the server says a hold has left, for a planted fault.
    var promisedExtra = Duration.zero

    /// The same customer at another server.
    func talking(to caller: Caller) -> Customer {
        Customer(
            number: number, caller: caller, event: event, journal: journal, cards: cards, promisedExtra: promisedExtra)
    }

    /// Hold, extend, release, book and look around until the sale is over.
    func visit(_ doors: Doors, random: SeededRandom) async {
        var random = random
        await withTaskGroup { streams in
            while doors.areOpen, !Task.isCancelled {
                switch Int.random(in: 0..<10, using: &random) {
                case 0: await look()
                default:
                    let wish = Hall.wish(progress: doors.progress, using: &random)
                    let floor = max(0, Int.random(in: -8...3, using: &random))
                    if let hold = await hold(wish, floor: floor, key: key(&random)) {
                        await think(&random)
                        await use(hold, &random, &streams)
                    }
                }
                await think(&random)
            }
        }
    }

    private func use(
        _ hold: String, _ random: inout SeededRandom, _ streams: inout TaskGroup<Void>
    ) async {
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<2: await release(hold)
        case 2: break
        case 3:
            await extend(hold)
            fallthrough
        default:
            let card = cards.randomElement(using: &random) ?? "tok_visa"
            guard let booking = await book(hold, card: card, key: key(&random)) else { return }
            streams.addTask { await follow(booking) }
            if Int.random(in: 0..<6, using: &random) == 0 {
                await think(&random)
                await cancel(booking)
            }
        }
    }

    private func think(_ random: inout SeededRandom) async {
        try? await Pause.lasting(.milliseconds(Int.random(in: 10...150, using: &random)))
    }

    /// A key for some requests, which are then sent twice.
    private func key(_ random: inout SeededRandom) -> String? {
        let number = random.next()
        return number % 4 == 0 ? "key-\(self.number)-\(number)" : nil
    }
}

// MARK: - Requests

extension Customer {
    func look() async {
        let number = journal.begin(.look, by: number)
        let answer = await caller.send(.GET, "/api/events/\(event)/seats?section=\(Hall.section)")
        let seen = read(answer) { answer in
            let map: SeatMapBody = try answer.decode()
            return .seats(map.seats.reduce(into: [:]) { $0[$1.id] = $1.status })
        }
        journal.end(number, seen, status: answer?.status)
    }

    /// - Returns: The hold's id, when it was granted.
    func hold(_ seats: [String], floor: Int, key: String? = nil) async -> String? {
        let names = seats.map { "\"\($0)\"" }.joined(separator: ", ")
        let general = floor == 0 ? "" : #", "general": [{"section": "\#(Hall.floor)", "quantity": \#(floor)}]"#
        let body = #"{"seats": [\#(names)]\#(general)}"#
        let answer = await request(.hold(seats: seats, floor: floor), key: key) {
            await caller.send(.POST, "/api/events/\(event)/hold", body, key: key)
        } read: { answer in
            let hold: HoldBody = try answer.decode()
            return .held(
                hold: hold.holdId, seats: hold.claims.map(\.unit).filter { $0 != Hall.floor },
                floor: hold.claims.first { $0.unit == Hall.floor }?.quantity ?? 0,
                left: .milliseconds(hold.expiresInMs) + promisedExtra)
        }
        if case .held(let hold, _, _, _) = answer { return hold }
        return nil
    }

    func extend(_ hold: String) async {
        _ = await request(.extend(hold: hold)) {
            await caller.send(.PATCH, "/api/events/\(event)/hold/\(hold)")
        } read: { answer in
            .extended(left: .milliseconds(try answer.decode(HoldBody.self).expiresInMs) + promisedExtra)
        }
    }

    func release(_ hold: String) async {
        _ = await request(.release(hold: hold)) {
            await caller.send(.DELETE, "/api/events/\(event)/hold/\(hold)")
        } read: { _ in
            .released
        }
    }

    /// - Returns: The booking's id, when it was accepted.
    func book(_ hold: String, card: String, key: String? = nil) async -> String? {
        let body = #"{"hold_id": "\#(hold)", "payment": {"token": "\#(card)"}}"#
        let answer = await request(.book(hold: hold), key: key) {
            await caller.send(.POST, "/api/booking", body, key: key)
        } read: { answer in
            .accepted(booking: try answer.decode(BookingBody.self).bookingId)
        }
        if case .accepted(let booking) = answer { return booking }
        return nil
    }

    func cancel(_ booking: String) async {
        _ = await request(.cancel(booking: booking)) {
            await caller.send(.DELETE, "/api/booking/\(booking)")
        } read: { _ in
            .cancelled
        }
    }

    /// Follows a booking to the end of its stream.
    func follow(_ booking: String) async {
        let stream = Int.random(in: 0 ..< .max)
        await caller.follow(booking) { body in
            journal.add(
                StreamEvent(
                    booking: body.bookingId, stream: stream, at: journal.now, status: body.status, version: body.version
                ))
        }
    }

    /// Sends a request once, or with a key a second time as somebody would who has not seen the first answer.
    private func request(
        _ request: Operation.Request, key: String? = nil, send: () async -> Caller.Answer?,
        read parse: (Caller.Answer) throws -> Operation.Answer
    ) async -> Operation.Answer {
        var last = Operation.Answer.unknown
        for _ in 0..<(key == nil ? 1 : 2) {
            let number = journal.begin(request, by: number, key: key)
            let answer = await send()
            last = read(answer, parse)
            journal.end(number, last, status: answer?.status)
        }
        return last
    }

    private func read(
        _ answer: Caller.Answer?, _ parse: (Caller.Answer) throws -> Operation.Answer
    ) -> Operation.Answer {
        guard let answer else { return .unknown }
        if answer.headers.contains(name: Caller.notSentHeader) { return .notSent }
        switch answer.status {
        case 200..<300: return (try? parse(answer)) ?? .refused("unreadable: \(answer.text)")
        case 500...: return .unknown
        default:
            guard let problem = try? answer.decode(ProblemBody.self) else { return .refused("\(answer.status)") }
            // The first request with the key is still under way, and its answer is the one that counts.
            if problem.code == "idempotency_key_in_use" { return .unknown }
            guard let units = problem.unavailable else { return .refused(problem.code) }
            return .unavailable(
                units.filter { $0.unit != Hall.floor }.reduce(into: [:]) { $0[$1.unit] = $1.status },
                floorLeft: units.first { $0.unit == Hall.floor }?.available)
        }
    }
}
