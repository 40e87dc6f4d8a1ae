import Testing

@testable import KafkaDriver

struct PendingDeliveriesTests {
    private let stored = PendingDeliveries.Outcome.success(KafkaDelivery(partition: 1, offset: 2))

    @Test(arguments: [0, 1, UInt32.max], [0, 7, Int(UInt32.max)])
    func `a ticket survives the way through librdkafka`(batch: UInt32, index: Int) {
        let ticket = PendingDeliveries.Ticket(batch: batch, index: index)
        #expect(PendingDeliveries.Ticket(tag: ticket.tag) == ticket)
    }

    @Test func `a second report of one record and reports for nobody are ignored`() async {
        var pending = PendingDeliveries()
        let batch = pending.reserve()
        let outcomes = await withCheckedContinuation { caller in
            pending.add(batch, count: 2, caller: caller)
            #expect(pending.settle(.init(batch: batch, index: 0), stored) == nil)
            #expect(pending.settle(.init(batch: batch, index: 0), stored) == nil)
            #expect(pending.settle(.init(batch: batch, index: 2), stored) == nil)
            #expect(pending.settle(.init(batch: batch + 1, index: 1), stored) == nil)
            pending.settle(.init(batch: batch, index: 1), stored)?.resume()
        }
        #expect(outcomes.count == 2 && outcomes.allSatisfy { $0.code == nil })
        #expect(pending.isEmpty)
        #expect(pending.settle(.init(batch: batch, index: 1), stored) == nil)
    }

    @Test func `a number that is still in use is not given again`() async {
        var pending = PendingDeliveries()
        let batch = pending.reserve()
        _ = await withCheckedContinuation { caller in
            pending.add(batch, count: 1, caller: caller)
            #expect(pending.reserve() != batch)
            for answered in pending.removeAll(missing: KafkaError(.closed, "test")) { answered.resume() }
        }
    }
}
