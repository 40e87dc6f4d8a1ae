import Testing

@testable import Notifications

@Suite("What may be committed")
struct DeliveryProgressTests {
    private var progress = DeliveryProgress<Int64>()

    private func position(_ offset: Int64, _ partition: Int32 = 0) -> MessagePosition {
        MessagePosition(topic: "t", partition: partition, offset: offset)
    }

    private mutating func start(_ offsets: Int64..., partition: Int32 = 0) {
        for offset in offsets { progress.start(offset, at: position(offset, partition)) }
    }

    private mutating func finish(_ offsets: Int64..., partition: Int32 = 0) {
        for offset in offsets { progress.finish(position(offset, partition)) }
    }

    @Test("is nothing before the first message ends")
    mutating func nothing() {
        start(1, 2, 3)
        finish(2, 3)
        #expect(progress.takeCommittable() == [])
        #expect(progress.count == 3)
    }

    @Test("is the last message before the first that is not done")
    mutating func contiguous() {
        start(1, 2, 3, 4)
        finish(2, 1, 4)
        #expect(progress.takeCommittable() == [2])
        #expect(progress.takeCommittable() == [])
        finish(3)
        #expect(progress.takeCommittable() == [4])
        #expect(progress.count == 0)
    }

    @Test("does not care for gaps between offsets, which compaction and transactions leave")
    mutating func gaps() {
        start(1, 5, 9)
        finish(1, 5)
        #expect(progress.takeCommittable() == [5])
    }

    @Test("differs by partition")
    mutating func partitions() {
        start(1, 2)
        start(10, 20, partition: 1)
        finish(1)
        finish(20, 10, partition: 1)
        #expect(progress.takeCommittable().sorted() == [1, 20])
        #expect(progress.count == 1)
    }

    @Test("is forgotten when a partition comes back at an earlier offset")
    mutating func rewind() {
        start(1, 2, 3)
        finish(1)
        start(1)
        #expect(progress.takeCommittable() == [])
        #expect(progress.count == 1)
        finish(3, 2)
        #expect(progress.takeCommittable() == [])
        finish(1)
        #expect(progress.takeCommittable() == [1])
        #expect(progress.count == 0)
    }
}
