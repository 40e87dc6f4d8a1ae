import NIOCore

/// `constant-arrival-rate` and `ramping-arrival-rate`: iterations begin by the clock, whatever happens.
extension Lane {
    /// A lane that must begin more iterations than one in this time begins them together, up to so much too late:
    /// a timer for each would cost as much as a request.
    private static let tick = TimeAmount.milliseconds(1)

    /// Makes the users that are there from the start, and connects them: that is no part of what is measured.
    func prepare(_ assignment: Assignment) async {
        guard let size = assignment.plan.executor.crew else { return }
        let crew = LaneCrew(assignment, recorder)
        crews[assignment.plan.name] = crew
        for _ in 0..<share(of: size.preallocated) { addUser(to: crew) }
        for user in crew.users { await user.connect() }
    }

    func run(_ assignment: Assignment, _ schedule: ArrivalSchedule, _ size: Executor.Crew) async {
        let name = assignment.plan.name
        guard let crew = crews[name] else { return }
        await withDiscardingTaskGroup { group in
            // They begin when they are needed: an arrival must not be dropped since they are still about to wait for it.
            var begun = 0
            var next = index
            while !isStopping, let time = schedule.time(of: next) {
                let intended = assignment.start + time
                let now = NIODeadline.now()
                guard intended <= now else {
                    await sleep(until: max(intended, now + Self.tick))
                    continue
                }
                next += count
                crew.lateness.record(now - intended)
                if begun >= share(of: size.preallocated), crew.hire(at: intended) { continue }
                guard begun < share(of: size.most) else {
                    crew.dropped.add(1)
                    continue
                }
                if begun == crew.users.count { addUser(to: crew) }
                crew.active += 1
                group.addTask { [begun] in await self.serve(begun, of: name, from: intended) }
                begun += 1
            }
            let end = assignment.start + assignment.plan.executor.duration
            await sleep(until: end)
            await self.end(crew, at: end)
        }
        for user in crew.users { user.close() }
    }

    private func serve(_ index: Int, of name: String, from first: NIODeadline) async {
        guard let crew = crews[name] else { return }
        let user = crew.users[index]
        var intended: NIODeadline? = first
        while let time = intended {
            await crew.iterate(user, intended: time)
            crew.leave()
            intended = await crew.work()
        }
    }
}
