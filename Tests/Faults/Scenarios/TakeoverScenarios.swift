/// Two servers that both believe that they own the shards.
extension Scenario {
    static let takeover = Scenario(
        name: "freeze-and-take-over",
        summary: "a server stops in the middle of a commit, another takes over, and the first wakes up"
    ) { sale in
        let world = sale.world
        try await world.wait(milliseconds: 800...1_500)
        let loyal = try await sale.loyalCustomers()
        guard let first = world.latestServer else { return }
        let trap = try await sale.catching(.afterQueuedCommit)
        world.note("SIGSTOP in the middle of a commit")
        first.freeze()
        let second = try await world.startServer(node: "two")
        world.http.cut()
        world.healed()
        try await sale.giveAway(loyal, to: second)
        // On their way before it wakes up: its first word from Redis would tell it that it has lost the event.
        async let insisting: Void = sale.insist(loyal, at: first)
        try await Pause.lasting(.milliseconds(300))
        world.note("SIGCONT, with a commit's answer that is late")
        trap.release()
        first.thaw()
        await insisting
        try await world.wait(milliseconds: 1_000...2_000)
        await first.kill()
    }

    static let rogueWriter = Scenario(
        name: "rogue-writer", summary: "somebody who passes the fence sells what is sold", duration: .seconds(4)
    ) { sale in
        try await Pause.lasting(.seconds(3))
        let sold = "SELECT booking FROM claims WHERE unit_capacity = 1 LIMIT 1"
        sale.world.note("a second claim on a sold seat")
        do {
            try await sale.world.database.rows(
                """
                WITH again AS (
                    INSERT INTO bookings SELECT (jsonb_populate_record(bookings, jsonb_build_object(
                        'id', gen_random_uuid(), 'hold', gen_random_uuid()))).* FROM bookings WHERE id = (\(sold))
                    RETURNING id
                ) INSERT INTO claims (booking, offering, unit, quantity, unit_capacity, price_minor, customer)
                SELECT again.id, offering, unit, quantity, unit_capacity, price_minor, customer
                FROM claims, again WHERE booking = (\(sold))
                """)
        } catch {
            // What the database should say.
            sale.world.note("it was refused")
        }
    }
}

/// A customer who has a hold, and goes on talking to the server that gave it.
struct LoyalCustomer: Sendable {
    let customer: Customer
    let hold: String
    let seat: String
}

extension Sale {
    /// Seats that nobody else wants: those of the last row.
    func loyalCustomers() async throws -> [LoyalCustomer] {
        var loyal: [LoyalCustomer] = []
        for (index, customer) in customers.prefix(4).enumerated() {
            let seat = "\(Hall.section)-\(Hall.rows)-\(index + 1)"
            if let hold = await customer.hold([seat], floor: 0) {
                loyal.append(LoyalCustomer(customer: customer, hold: hold, seat: seat))
            }
        }
        return loyal
    }

    /// At the new server the holds are let go, and others get the seats.
    func giveAway(_ loyal: [LoyalCustomer], to server: Server) async throws {
        for (index, one) in loyal.enumerated() {
            await one.customer.release(one.hold)
            _ = await customers[customers.count - 1 - index].hold([one.seat], floor: 0)
        }
    }

    /// At the old server, which has heard of none of this, the holds are booked.
    func insist(_ loyal: [LoyalCustomer], at server: Server) async {
        await withTaskGroup { group in
            for one in loyal {
                let caller = Caller(
                    http: world.client, baseURL: "http://127.0.0.1:\(server.port)", token: one.customer.caller.token)
                group.addTask { _ = await one.customer.talking(to: caller).book(one.hold, card: "tok_visa") }
            }
        }
    }
}
