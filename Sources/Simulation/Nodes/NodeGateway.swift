import Booking
import Inventory
import Randomness

/// The payment gateway as one node reaches it.
struct NodeGateway: PaymentGateway {
    let wire: NodeWire

    private var world: World { wire.world }

    private static let away = PaymentError(.unavailable, "The gateway is away.")
    private static let silent = PaymentError(.unanswered, "The gateway's answer was lost.")
    private static let declined = PaymentError(.declined, "The card was declined.")

    func charge(_ charge: Charge) async throws(PaymentError) -> String {
        guard !wire.isCut else { throw Self.away }
        let fault = world.fault(at: .gateway)
        let key = world.plant == .chargeTwice ? "\(charge.idempotencyKey)-\(world.nextCall())" : charge.idempotencyKey
        if fault == .paymentSlow { await wire.pause([50, 1_000, 6_000, 20_000]) } else { await Task.yield() }
        guard wire.arrives, fault != .paymentUnavailable else { throw Self.away }
        if world.isFirstAttempt(key) && fault == .paymentDeclined { world.refusePayment(key) }
        guard !world.isRefused(key) else { throw Self.declined }
        let payment = try await world.gateway.charge(charge, idempotencyKey: key)
        await Task.yield()
        guard !wire.isCut, fault != .paymentAnswerLost else { throw Self.silent }
        return payment
    }

    func refund(_ refund: Refund) async throws(PaymentError) {
        guard !wire.isCut else { throw Self.away }
        let fault = world.fault(at: .gateway)
        if fault == .paymentSlow { await wire.pause([50, 1_000, 6_000, 20_000]) } else { await Task.yield() }
        guard wire.arrives, fault != .paymentUnavailable else { throw Self.away }
        try await world.gateway.refund(refund)
        await Task.yield()
        guard !wire.isCut, fault != .paymentAnswerLost else { throw Self.silent }
    }

    func lookUp(_ charge: Charge) async throws(PaymentError) -> ChargeState {
        guard !wire.isCut else { throw Self.away }
        let fault = world.fault(at: .gateway)
        if fault == .paymentSlow { await wire.pause([50, 1_000, 6_000, 20_000]) } else { await Task.yield() }
        guard wire.arrives, fault != .paymentUnavailable else { throw Self.away }
        guard !world.isRefused(charge.idempotencyKey) else { return .declined }
        let state = try await world.gateway.lookUp(charge)
        await Task.yield()
        guard !wire.isCut, fault != .paymentAnswerLost else { throw Self.silent }
        return state
    }
}

/// The publisher as one node reaches it.
struct NodePublisher: EventPublisher {
    let wire: NodeWire

    private var world: World { wire.world }

    func publish(_ events: [OutboxEvent]) async -> [Bool] {
        let nothing = Array(repeating: false, count: events.count)
        guard !wire.isCut else { return nothing }
        let fault = world.fault(at: .publisher)
        if fault == .publisherSlow { await wire.pause([1, 1_000, 20_000]) } else { await Task.yield() }
        guard wire.arrives else { return nothing }
        // The first event that fails takes those behind it in its shard with it.
        let broken = fault == nil || fault == .publisherSlow ? nil : world.draw { $0.below(events.count) }
        let isDelivered = events.indices.map { index in
            broken.map { index < $0 || events[index].shard != events[$0].shard } ?? true
        }
        let sent = fault == .publisherMisreported ? events : zip(events, isDelivered).filter(\.1).map(\.0)
        _ = world.publisher.publish(sent)
        for event in sent { world.note("\(wire.name) publishes \(event.id) \(event.type)") }
        await Task.yield()
        return wire.isCut ? nothing : isDelivered
    }
}
