import NIOCore
import NIOPosix

/// An event loop with the virtual users that live on it.
///
/// The actor runs on the loop itself, and so does all that its users do: an answer resumes its user without a change of
/// threads, and what they measure goes into one recorder without locks.
actor Lane {
    /// Among the run's lanes.
    let index: Int
    let count: Int
    nonisolated let loop: any EventLoop
    /// What the tasks of its users must prefer.
    nonisolated let taskExecutor: LoopTaskExecutor
    let recorder = Recorder()
    /// Of the scenarios that run, by their names.
    var crews: [String: LaneCrew] = [:]
    private(set) var isStopping = false

    private var meter = LoopMeter()
    private let group: MultiThreadedEventLoopGroup
    private var alarms: [ObjectIdentifier: Alarm] = [:]

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.executor.asUnownedSerialExecutor() }

    init(index: Int, of count: Int) {
        self.index = index
        self.count = count
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        loop = group.next()
        taskExecutor = LoopTaskExecutor(loop: loop)
    }

    /// Ends the thread. Nothing can be done with the lane afterwards.
    nonisolated func shutdown() async throws {
        try await group.shutdownGracefully()
    }

    /// What has been measured since the last time.
    struct Reading: Sendable {
        var series: [SeriesKey: SeriesValue]
        var loop: LoopMeter.Reading
        /// The users that are in an iteration, or loop.
        var activeUsers: Int
        var users: Int
        /// What broke iterations first, if anything did.
        var firstError: String?
        var wasStopped: Bool
    }

    func read() -> Reading {
        let now = NIODeadline.now()
        for crew in crews.values { crew.sweep(at: now) }
        return Reading(
            series: recorder.drain(), loop: meter.read(), activeUsers: crews.values.reduce(0) { $0 + $1.active },
            users: crews.values.reduce(0) { $0 + $1.users.count },
            firstError: crews.values.lazy.compactMap(\.firstError).first, wasStopped: isStopping)
    }

    /// Which seats its users have asked for.
    var wishes: SeatWishes { recorder.wishes }

    /// Ends the scenarios now; what is at work is cut off.
    func stop() {
        isStopping = true
        for alarm in alarms.values { alarm.ring() }
        for crew in crews.values { crew.interrupt() }
    }

    /// This lane's part of so many users.
    func share(of users: Int) -> Int { (users - index + count - 1) / count }

    // MARK: - Time

    /// Wakes a sleeper early, or keeps one from falling asleep.
    final class Alarm {
        fileprivate var timer: Scheduled<Void>?
        fileprivate var hasRung = false

        func ring() {
            hasRung = true
            timer?.cancel()
        }
    }

    /// Returns at the deadline, when the alarm rings, or when the run stops.
    func sleep(until deadline: NIODeadline, alarm: Alarm = Alarm()) async {
        alarms[ObjectIdentifier(alarm)] = alarm
        await withUnsafeContinuation { continuation in
            // Here, where nothing comes between: before, the alarm can ring while this task is on its way.
            guard !isStopping, !alarm.hasRung, deadline > .now() else { return continuation.resume() }
            let timer = loop.scheduleTask(deadline: deadline) {}
            // Once, whether the time comes or the timer is cancelled.
            timer.futureResult.whenComplete { _ in continuation.resume() }
            alarm.timer = timer
        }
        alarms[ObjectIdentifier(alarm)] = nil
    }
}
