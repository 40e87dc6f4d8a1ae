/// PostgreSQL has no room left.
extension Scenario {
    static let postgresFull = Scenario(
        name: "postgres-full", summary: "PostgreSQL's disk is full, and then so full that its log ends",
        duration: .seconds(16), hasSmallDisk: true
    ) { sale in
        guard let disk = sale.world.disk else { return }
        try await sale.world.wait(milliseconds: 1_500...2_500)
        sale.world.note("the disk is full")
        try disk.fill()
        try await sale.wantsRoom("CREATE TABLE more AS SELECT generate_series(1, 1000000)")
        try await Pause.lasting(.seconds(3))
        try disk.clear()
        sale.world.healed(bookingsWithin: Recovery.usualLimit)

        try await sale.world.wait(milliseconds: 1_500...2_500)
        sale.world.note("the disk is full, and the log needs another file")
        try disk.fill()
        // More than what is left of its file and of one that was made in advance: PostgreSQL gives up at once.
        try await sale.wantsRoom("SELECT pg_logical_emit_message(false, 'room', repeat('x', 50000000))")
        try await sale.world.wait(milliseconds: 500...1_500)
        try disk.clear()
        try await sale.world.stack.up()
        sale.world.healed(bookingsWithin: Recovery.usualLimit)
    }
}

extension Sale {
    /// Sees that there is none.
    fileprivate func wantsRoom(_ sql: String) async throws {
        guard (try? await world.database.rows(sql)) != nil else { return }
        throw FaultsError("The disk is not full.")
    }
}
