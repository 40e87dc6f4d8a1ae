import NIOCore

/// `constant-vus` and `ramping-vus`: each user begins its next iteration when it has ended the last.
extension Lane {
    func run(_ assignment: Assignment, _ schedule: UserSchedule) async {
        let crew = LaneCrew(assignment, recorder)
        let name = assignment.plan.name
        crews[name] = crew
        await withDiscardingTaskGroup { group in
            for step in schedule.steps {
                await sleep(until: assignment.start + step.time)
                guard !isStopping else { break }
                crew.target = share(of: step.users)
                while crew.users.count < crew.target { addUser(to: crew) }
                for user in 0..<crew.target where !crew.isLooping[user] {
                    crew.isLooping[user] = true
                    crew.active += 1
                    group.addTask { await self.loop(user, of: name) }
                }
            }
            await sleep(until: assignment.start + schedule.end)
            await end(crew, at: assignment.start + schedule.end)
        }
        for user in crew.users { user.close() }
    }

    private func loop(_ index: Int, of name: String) async {
        guard let crew = crews[name] else { return }
        let user = crew.users[index]
        while index < crew.target, !isStopping { await crew.iterate(user, intended: nil) }
        crew.isLooping[index] = false
        crew.leave()
    }

    /// Ends a scenario: iterations at work may go on for the graceful time, and are then cut off.
    func end(_ crew: LaneCrew, at end: NIODeadline) async {
        crew.end()
        if crew.active > 0 {
            await sleep(until: end + crew.assignment.plan.gracefulStop, alarm: crew.rest)
        }
        crew.interrupt()
    }

    func addUser(to crew: LaneCrew) {
        let assignment = crew.assignment
        let client = HTTPClient(
            address: assignment.world.server, loop: loop, timeout: Assignment.requestTimeout)
        // Numbers are dealt out over the lanes, so that they are the same however many there are.
        let number = crew.users.count * count + index + 1
        crew.users.append(
            VirtualUser(
                number: number, world: assignment.world, client: client, metrics: crew.metrics,
                seed: assignment.seed))
        crew.isLooping.append(false)
    }
}
