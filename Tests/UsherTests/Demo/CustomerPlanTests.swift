import Inventory
import Randomness
import Testing

@testable import Usher

@Suite struct CustomerPlanTests {
    @Test func `the same seed gives the same crowd`() {
        #expect(crowd(of: 50, seed: 4) == crowd(of: 50, seed: 4))
        #expect(crowd(of: 50, seed: 4) != crowd(of: 50, seed: 5))
    }

    @Test func `the shares are those that the demo promises`() {
        let crowd = crowd(of: 10_000, seed: 1)
        func share(_ isCounted: (CustomerPlan) -> Bool) -> Int { crowd.count(where: isCounted) / 100 }
        #expect((78...82).contains(share { $0.firstStand.map(String.init) == DemoVenue.hottestStand }))
        #expect((73...77).contains(share { $0.intention == .pay(card: "tok_visa") }))
        #expect((3...5).contains(share { $0.intention == .payDeclined(triesAnotherCard: true) }))
        #expect((3...5).contains(share { $0.intention == .payDeclined(triesAnotherCard: false) }))
        #expect((8...12).contains(share { $0.intention == .release }))
        #expect((5...9).contains(share { $0.intention == .leave }))
        #expect(crowd.allSatisfy { .zero <= $0.arrival && $0.arrival < .seconds(8) })
    }

    @Test func `every wish is one to four places that the venue has`() throws {
        let layout = try venueLayout()
        for plan in crowd(of: 2_000, seed: 2) {
            #expect(plan.wishes.count == 4)
            for wish in plan.wishes {
                switch wish {
                case .seats(let seats):
                    #expect((1...4).contains(seats.count))
                    #expect(Set(seats.compactMap { layout.seat(named: $0) }).count == seats.count)
                case .floor(let quantity):
                    #expect((1...4).contains(quantity))
                }
            }
        }
    }

    @Test func `the venue has 5,200 seats and a floor for 1,500`() throws {
        let layout = try venueLayout()
        #expect(layout.unitCount == 5_200 + 1)
        #expect(
            DemoVenue.capacities == Dictionary(uniqueKeysWithValues: layout.sections.map { ($0.name, $0.capacity) }))
    }

    private func crowd(of size: Int, seed: UInt64) -> [CustomerPlan] {
        var generator = SeededRandom(seed: seed)
        return (0..<size).map { _ in CustomerPlan(arrivals: .seconds(8), using: &generator) }
    }

    private func venueLayout() throws -> Layout {
        let sections = try DemoVenue.event(named: "test").sections.map { section in
            let kind: Layout.Section.Kind =
                section.kind == "seated"
                ? .seated(rows: try #require(section.rows), seatsPerRow: try #require(section.seatsPerRow))
                : .general(capacity: try #require(section.capacity))
            return Layout.Section(name: section.name, kind: kind, priceMinor: Int64(section.price))
        }
        return try Layout(sections: sections)
    }
}

extension CustomerPlan {
    fileprivate var firstStand: Substring? {
        guard case .seats(let seats) = wishes[0] else { return nil }
        return seats[0].split(separator: "-").first
    }
}
