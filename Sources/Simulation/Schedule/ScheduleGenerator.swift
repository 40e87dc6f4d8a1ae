import Randomness

/// Makes the commands of a schedule from its seed.
struct ScheduleGenerator {
    private var random: SeededRandom
    /// Some schedules are calm, some are rough.
    private let roughness: Int

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        roughness = random.pick([0, 1, 2, 4])
    }

    mutating func lines(count: Int) -> [ScheduleLine] {
        let commands = (0..<count).flatMap { _ in next() }.prefix(count)
        return commands.enumerated().map { ScheduleLine(number: $0.offset + 1, command: $0.element) }
    }

    private enum Kind {
        case client, wait, probe, comeback, fault, flush, crash, start, stray
    }

    private mutating func next() -> [ScheduleCommand] {
        let kind = random.pick(weighted: [
            (60, Kind.client), (10, .wait), (4, .probe), (roughness / 2, .comeback), (6 * roughness, .fault),
            (roughness / 2, .flush),
            (roughness, .crash), (2 * roughness, .start), (2, .stray),
        ])
        switch kind {
        case .client: return [client(step())]
        case .wait: return [.wait(wait())]
        case .probe: return probe()
        case .comeback: return comeback()
        case .fault: return [.fault(random.pick(Fault.allCases), calls: random.pick([1, 1, 2, 3, 6]))]
        case .flush: return [.flushHoldStore]
        case .crash: return [.crash(slot: random.below(2))]
        case .start: return [.start(slot: random.below(2))]
        case .stray: return [.strayBooking(random.below(8))]
        }
    }

    private mutating func client(_ step: ClientStep) -> ScheduleCommand {
        .client(step, slot: random.below(2))
    }

    /// Looks at a hold on both sides of its deadline.
    private mutating func probe() -> [ScheduleCommand] {
        let pick = ClientStep.Pick(hold: .endingNext, stranger: nil)
        return [
            .wait(.justBeforeDeadline), client(.readHold(pick)),
            client(
                .hold(
                    customer: 0, offering: 0, seats: [0, 1, 2].shuffled(using: &random).prefix(1).map { $0 }, places: 0)
            ),
            .wait(.deadline), client(.readHold(ClientStep.Pick(hold: .latest, stranger: nil))),
        ]
    }

    /// Gives a hold back that may be written late, and looks whether the next node has it.
    private mutating func comeback() -> [ScheduleCommand] {
        let (slot, pick) = (random.below(2), ClientStep.Pick(hold: .latest, stranger: nil))
        let hold = ClientStep.hold(customer: random.below(Cast.customers.count), offering: 0, seats: [], places: 1)
        return [
            .fault(.holdStoreEffectLate, calls: 1), .client(hold, slot: slot), .client(.release(pick), slot: slot),
            .wait(.milliseconds(5_000)), .start(slot: slot), .client(.readHold(pick), slot: slot),
        ]
    }

    private mutating func wait() -> ScheduleCommand.Wait {
        random.pick(weighted: [
            (6, .milliseconds(random.pick([1, 10, 100, 1_000, 5_000, 20_000]))), (2, .justBeforeDeadline),
            (2, .deadline),
        ])
    }

    private mutating func step() -> ClientStep {
        let offering = random.pick(weighted: [(3, 0), (1, 1)])
        switch random.below(24) {
        case 20: return .extend(pick())
        case 22, 23: return .cancel(random.below(12), stranger: random.once(in: 12) ? random.below(3) : nil)
        case 21:
            return .holdBest(
                customer: random.below(Cast.customers.count), offering: offering, seats: 1 + random.below(2),
                isAdjacent: random.once(in: 2))
        case 0..<6: return hold(offering)
        case 6..<8: return .readHold(pick())
        case 8: return .release(pick())
        case 9..<14: return .book(pick(), token: token())
        case 14: return .readBooking(random.below(12))
        case 15: return .followBooking(random.below(12))
        case 16: return .listBookings(customer: random.below(Cast.customers.count))
        case 17: return .seatMap(offering: offering)
        default: return .availability(offering: offering)
        }
    }

    private mutating func hold(_ offering: Int) -> ClientStep {
        let seats = [[0], [1], [2], [0, 1], [1, 2], [], []]
        let chosen = random.pick(seats)
        return .hold(
            customer: random.below(Cast.customers.count), offering: offering, seats: chosen,
            places: chosen.isEmpty ? 1 + random.below(3) : random.pick([0, 0, 1]))
    }

    private mutating func pick() -> ClientStep.Pick {
        let hold = random.pick(weighted: [
            (6, ClientStep.Pick.Hold.latest), (5, .number(random.below(12))), (1, .endingNext),
            (random.once(in: 5) ? 1 : 0, .unknown),
        ])
        return ClientStep.Pick(hold: hold, stranger: random.once(in: 12) ? random.below(3) : nil)
    }

    private mutating func token() -> String {
        random.pick(weighted: [
            (8, "tok_visa"), (3, "tok_chargeDeclined"), (1, "tok_slow_300"), (1, "tok_timeout"), (1, "tok_error"),
            (1, "tok_late_7000"),
        ])
    }
}
