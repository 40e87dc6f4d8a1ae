/// Requests that come again, and payments that come late.
extension Scenario {
    static let retries = Scenario(
        name: "retries", summary: "five parallel retries of one request, and a crash in the middle", isShort: true,
        duration: .seconds(8)
    ) { sale in
        for round in 1...4 {
            let customer = sale.customers[round]
            let seat = "\(Hall.section)-\(Hall.rows)-\(round)"
            guard let hold = await customer.hold([seat], floor: 0) else { continue }
            sale.world.note("five retries of one booking")
            try await withThrowingTaskGroup { group in
                for _ in 1...5 {
                    group.addTask { _ = await customer.book(hold, card: "tok_visa", key: "retry-\(round)") }
                }
                if round == 3 {
                    group.addTask {
                        try await sale.world.wait(milliseconds: 0...30)
                        try await sale.restart("kill -9 among the retries")
                    }
                }
                try await group.waitForAll()
            }
            _ = await customer.book(hold, card: "tok_visa", key: "retry-\(round)")
        }
    }

    static let latePayments = Scenario(
        name: "late-payments", summary: "the gateway charges and does not answer, or long after the booking has failed",
        cards: Cards.late
    ) { sale in
        try await sale.world.wait(milliseconds: 3_000...5_000)
        try await sale.restart("kill -9 with payments in doubt")
    }
}
