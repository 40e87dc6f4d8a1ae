import NIOCore
import Testing

@testable import UsherLoad

@Suite struct PlanDurationTests {
    @Test(arguments: [
        ("500ms", 500_000_000), ("30s", 30_000_000_000), ("1m30s", 90_000_000_000), ("1.5h", 5_400_000_000_000),
        ("0s", 0), ("250", 250_000_000), ("2d", 172_800_000_000_000), ("10us", 10_000),
    ])
    func `Times are read as k6 writes them`(text: String, nanoseconds: Int64) {
        #expect(PlanDuration.parse(text) == .nanoseconds(nanoseconds))
    }

    @Test(arguments: ["", "s", "30x", "-5s", "1m-30s", "99999999999h", "1 m", "nan", "inf"])
    func `What is no time is refused`(text: String) {
        #expect(PlanDuration.parse(text) == nil)
    }

    @Test(arguments: [(90_000, "1m30s"), (500, "500ms"), (1500, "1.500s"), (0, "0s"), (3_600_000, "1h0m0s")])
    func `Times are written shortly`(milliseconds: Int64, text: String) {
        #expect(PlanDuration.text(.milliseconds(milliseconds)) == text)
    }
}
