/// The server dies at once, as with `kill -9`, a lost machine or the kernel's want of memory.
extension Scenario {
    static let calm = Scenario(
        name: "calm", summary: "nothing happens", duration: .seconds(15)
    ) { _ in }

    static let killRandomly = Scenario(
        name: "kill", summary: "the server is killed at random times"
    ) { sale in
        for _ in 1...3 {
            try await sale.world.wait(milliseconds: 1_000...2_500)
            try await sale.restart("kill -9")
        }
    }

    static let killAtMoments: [Scenario] = [
        kill("before-commit", [.beforeQueuedCommit, .beforeConfirmedCommit], "before a transaction is committed"),
        kill("after-commit", [.afterQueuedCommit, .afterConfirmedCommit], "before it hears that it has committed"),
        kill("before-answer", [.beforeAnswer, .beforeAnswer], "before a customer hears of her booking"),
        kill("after-charge", [.afterCharge, .afterCharge], "before it hears that a card was charged"),
    ]

    private static func kill(_ name: String, _ moments: [Moment], _ summary: String) -> Scenario {
        Scenario(
            name: "kill-\(name)", summary: "the server is killed \(summary)", isShort: name == "after-commit"
        ) { sale in
            for moment in moments {
                try await sale.world.wait(milliseconds: 500...2_500)
                let trap = try await sale.catching(moment)
                try await sale.restart("kill -9 at \(moment.rawValue)") { trap.cut() }
            }
        }
    }
}

extension Sale {
    /// Kills the server that serves now, and starts another.
    ///
    /// - Parameter between: What is done while there is none.
    func restart(_ fault: String, between: () async throws -> Void = {}) async throws {
        guard let server = world.latestServer else { return }
        world.note(fault)
        await world.kill(server)
        try await between()
        try await world.wait(milliseconds: 0...500)
        _ = try await world.startServer()
        world.healed()
    }

    /// Waits for a moment of the sale and holds it still.
    func catching(_ moment: Moment) async throws -> Trap {
        let proxy = moment == .beforeAnswer ? world.http : world.postgres
        let trap = try await withThrowingTaskGroup(of: Trap?.self) { group in
            group.addTask { await proxy.catching(moment) }
            group.addTask {
                try await Pause.lasting(.seconds(60))
                return nil
            }
            defer { group.cancelAll() }
            let first = try await group.next() ?? nil
            if first == nil { proxy.removeTrap() }
            return first
        }
        guard let trap, trap.hasShut else { throw FaultsError("The moment \(moment.rawValue) did not come.") }
        return trap
    }
}
