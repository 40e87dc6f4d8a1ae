import Foundation
import NIOCore

#if canImport(Glibc)
import Glibc
#endif

/// How an event loop's thread spent its time. Ask it on that thread.
struct LoopMeter {
    /// Shares of the time, from 0 to 1.
    struct Reading: Sendable {
        /// On a processor.
        var busy = 0.0
        /// Ready to run, while others had the processors.
        var waiting = 0.0
    }

    private var time = NIODeadline.now()
    private var onProcessor: Int64?
    private var inQueue: Int64?

    /// Since the last time; nothing at the first.
    mutating func read() -> Reading {
        let (now, processor, queue) = (NIODeadline.now(), Self.onProcessor(), Self.inQueue())
        let length = max(1, Double((now - time).nanoseconds))
        defer { (time, onProcessor, inQueue) = (now, processor, queue) }
        return Reading(
            busy: Double(processor - (onProcessor ?? processor)) / length,
            waiting: Double(queue - (inQueue ?? queue)) / length)
    }

    private static func onProcessor() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// 0 where the system does not tell.
    private static func inQueue() -> Int64 {
        let text = try? String(contentsOfFile: "/proc/thread-self/schedstat", encoding: .utf8)
        return text?.split(separator: " ").dropFirst().first.flatMap { Int64($0) } ?? 0
    }
}
