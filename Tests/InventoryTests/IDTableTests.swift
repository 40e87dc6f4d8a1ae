import Testing

@testable import Inventory

@Suite struct IDTableTests {
    @Test(arguments: [1, 7, 42] as [UInt64])
    func `a table knows what a dictionary knows, through thousands of changes`(seed: UInt64) {
        var table = IDTable()
        var dictionary: [UniqueID: Int32] = [:]
        var state = seed
        func random(_ bound: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % bound
        }
        for _ in 0..<20_000 {
            // Few ids, and among them such as share a home, so that probes meet and gaps close.
            let id = UniqueID(high: random(4) << 60, low: random(200))
            let value = Int32(random(1_000))
            switch random(3) {
            case 0:
                table[id] = nil
                dictionary[id] = nil
            case 1:
                table[id] = value
                dictionary[id] = value
            default:
                dictionary[id, default: 0] += value
                #expect(table.add(value, to: id) == dictionary[id])
            }
        }
        for high in 0..<4 as Range<UInt64> {
            for low in 0..<200 as Range<UInt64> {
                let id = UniqueID(high: high << 60, low: low)
                #expect(table[id] == dictionary[id])
            }
        }
    }
}
