import Booking
import Inventory

/// Customers at one node: asks it for something, and tells the judge what the customer was told.
///
/// An answer of a node that has died meanwhile never reaches its customer.
struct CustomerSession: Sendable {
    let node: SimulatedNode
    let service: BookingService
    let epoch: Int64

    private var world: World { node.world }
    private var now: Moment { world.clock.now }

    func perform(_ step: ClientStep) async {
        switch step {
        case .hold(let customer, let offering, let seats, let places):
            let offering = Cast.offerings[offering]
            let general = places == 0 ? [] : [HoldRequest.General(section: "FLOOR", quantity: places)]
            await hold(
                Cast.customers[customer], offering,
                HoldRequest(seats: seats.map { Cast.seat($0, of: offering) }, general: general))
        case .holdBest(let customer, let offering, let seats, let isAdjacent):
            let best = HoldRequest.BestAvailable(quantity: seats, isAdjacent: isAdjacent)
            await hold(Cast.customers[customer], Cast.offerings[offering], HoldRequest(best))
        case .extend(let pick):
            let (hold, customer) = find(pick)
            await extend(hold, customer.id)
        case .readHold(let pick):
            let (hold, customer) = find(pick)
            await read(hold, customer.id)
        case .release(let pick):
            let (hold, customer) = find(pick)
            await release(hold, customer.id)
        case .book(let pick, let token):
            let (hold, customer) = find(pick)
            await book(hold, customer, token)
        case .cancel(let number, let stranger): await cancel(number, stranger: stranger)
        case .readBooking(let number): await readBooking(number)
        case .followBooking(let number): await follow(number)
        case .listBookings(let customer): await list(Cast.customers[customer])
        case .availability(let offering): await availability(Cast.offerings[offering])
        case .seatMap(let offering): await seatMap(Cast.offerings[offering])
        }
    }

    /// Runs `body` unless the node has died: then what was asked for may have happened or not.
    ///
    /// - Parameter changing: The hold that was to be changed.
    private func told(
        _ line: @autoclosure () -> String, changing hold: HoldID? = nil, _ body: (inout PromiseModel) -> Void
    ) {
        guard !node.wire.isCut else {
            if let hold { world.judge { $0.leaveOpen(hold) } }
            return
        }
        world.note("\(node.name) answers: \(line())")
        world.judge { body(&$0) }
    }

    private func find(_ pick: ClientStep.Pick) -> (HoldID, Customer) {
        let found = world.judge { model -> PromiseModel.ToldHold? in
            switch pick.hold {
            case .latest: model.holdOrder.last.flatMap { model.holds[$0] }
            case .number(let number):
                model.holdOrder.isEmpty ? nil : model.holds[model.holdOrder[number % model.holdOrder.count]]
            case .endingNext: model.holdEndingNext(after: now)
            case .unknown: nil
            }
        }
        let holder = Cast.customers.first { $0.id == found?.customer } ?? Cast.customers[0]
        let customer = pick.stranger.map { Cast.customers[$0] } ?? holder
        return (found?.id ?? HoldID(offering: Cast.offerings[0].id, own: UniqueID(high: 5, low: 5)), customer)
    }
}

// MARK: - Holds

extension CustomerSession {
    private func hold(_ customer: Customer, _ offering: Offering, _ request: HoldRequest) async {
        let askedAt = now
        do {
            let hold = try await service.hold(on: offering.id, for: customer, request)
            told("hold \(hold.id.own) for \(hold.remaining)") {
                $0.granted(hold, to: customer.id, epoch: epoch, askedAt: askedAt, at: now)
            }
        } catch {
            told(error.code.rawValue) { _ in }
        }
    }

    private func look(_ hold: HoldID, _ customer: UniqueID) -> PromiseModel.Look {
        world.judge { $0.look(at: hold, by: customer, askingOwner: node.isOwner, at: now) }
    }

    private func read(_ id: HoldID, _ customer: UniqueID) async {
        let look = look(id, customer)
        do {
            let hold = try await service.hold(id, of: customer)
            told("hold \(id.own) has \(hold.remaining) left") { $0.seen(hold, look, epoch: epoch, at: now) }
        } catch {
            told("hold \(id.own) \(error.code.rawValue)") {
                $0.missed(look, error.code, isOwner: node.isOwner, at: now)
            }
        }
    }

    private func extend(_ id: HoldID, _ customer: UniqueID) async {
        let look = look(id, customer)
        world.judge { $0.askedToExtend(id) }
        do {
            let hold = try await service.extend(id, of: customer)
            told("hold \(id.own) extended for \(hold.remaining)", changing: id) {
                $0.extended(hold, look, epoch: epoch, at: now)
            }
        } catch {
            told("hold \(id.own) not extended: \(error.code.rawValue)", changing: id) { $0.settle(id, as: nil) }
        }
    }

    private func release(_ id: HoldID, _ customer: UniqueID) async {
        let look = look(id, customer)
        world.judge { $0.touch(id) }
        do {
            try await service.release(id, of: customer)
            told("hold \(id.own) released", changing: id) { model in
                model.holds[id].map { model.checkMayHave($0, look) }
                model.settle(id, as: .released(epoch: epoch))
            }
        } catch {
            told("hold \(id.own) not released: \(error.code.rawValue)", changing: id) { model in
                model.settle(id, as: nil)
            }
        }
    }
}

// MARK: - Bookings

extension CustomerSession {
    private func book(_ id: HoldID, _ customer: Customer, _ token: String) async {
        let look = look(id, customer.id)
        world.judge { $0.touch(id) }
        do {
            let booking = try await service.book(id, for: customer, paymentToken: token)
            told("hold \(id.own) becomes booking \(booking.id.own)", changing: id) { $0.booked(booking, look) }
        } catch {
            told("hold \(id.own) not booked: \(error.code.rawValue)", changing: id) {
                $0.notBooked(look, error.code, node: node.name, isOwner: node.isOwner)
            }
        }
    }

    private func acknowledged(_ number: Int) -> BookingID? {
        world.judge { model in
            model.bookingOrder.isEmpty ? nil : model.bookingOrder[number % model.bookingOrder.count]
        }
    }

    private func note(_ booking: Booking) {
        told("booking \(booking.id.own) is \(booking.status)") {
            $0.seen(booking, in: world.ledger.record, isOwner: node.isOwner)
        }
    }

    private func cancel(_ number: Int, stranger: Int?) async {
        let booking = acknowledged(number).flatMap { id in world.judge { $0.bookings[id] } }
        guard let booking else { return }
        let customer = stranger.map { Cast.customers[$0].id } ?? booking.customer
        do {
            let cancelled = try await service.cancel(booking.id, of: customer)
            told("booking \(booking.id.own) cancelled") {
                $0.cancelled(cancelled, by: customer, in: world.ledger.record)
            }
        } catch {
            told("booking \(booking.id.own) not cancelled: \(error.code.rawValue)") { _ in }
        }
    }

    private func readBooking(_ number: Int) async {
        guard let id = acknowledged(number) else { return }
        do {
            note(try await service.booking(id))
        } catch {
            told("booking \(id.own) \(error.code.rawValue)") { $0.missed(id, error.code) }
        }
    }

    private func follow(_ number: Int) async {
        guard let id = acknowledged(number) else { return }
        do {
            for await booking in try await service.updates(of: id) { note(booking) }
        } catch {
            told("booking \(id.own) \(error.code.rawValue)") { $0.missed(id, error.code) }
        }
    }

    private func list(_ customer: Customer) async {
        do {
            for booking in try await service.bookings(of: customer.id, limit: 5, before: nil) { note(booking) }
        } catch {
            told("no list: \(error.code.rawValue)") { _ in }
        }
    }
}

// MARK: - Views

extension CustomerSession {
    private func taken(of offering: Offering) -> PromiseModel.Taken? {
        guard node.isOwner else { return nil }
        let record = world.ledger.record
        return world.judge { $0.taken(of: offering.id, in: record, at: now) }
    }

    private func availability(_ offering: Offering) async {
        let taken = taken(of: offering)
        guard let availability = try? await service.availability(of: offering.id) else { return }
        told("\(offering.name) \(availability.sections.map { [$0.available, $0.held, $0.booked] })") { model in
            guard let taken, node.isOwner else { return }
            model.seen(availability, of: offering, taken, in: world.ledger.record, at: now)
        }
    }

    private func seatMap(_ offering: Offering) async {
        let taken = taken(of: offering)
        guard let map = try? await service.seatMap(of: offering.id, section: nil) else { return }
        told("\(offering.name) \(map.seats.map(\.status.rawValue))") { model in
            guard let taken, node.isOwner else { return }
            model.seen(map, of: offering, taken, in: world.ledger.record, at: now)
        }
    }

    /// Looks at an offering when all has come to its end.
    func viewAtRest(_ offering: Offering) async {
        do {
            let availability = try await service.availability(of: offering.id)
            told("at rest \(availability.sections.map { [$0.available, $0.held, $0.booked] })") {
                $0.seenAtRest(availability, of: offering, in: world.ledger.record)
            }
        } catch {
            told("at rest \(error)") { $0.broken(.i3, "at rest there is no view: \(error)") }
        }
    }
}
