internal import DequeModule

/// The messages between the consumer's thread and its reader: bounded, for one reader.
///
/// A pure state machine: the methods return what to do outside the lock.
struct MessageBuffer {
    typealias Reader = CheckedContinuation<Result<KafkaMessage?, KafkaError>, Never>

    /// What a reader who asks for a message gets.
    enum Taken {
        /// A message; when `makesRoom`, the thread waits to hear that it may fetch again.
        case message(KafkaMessage, makesRoom: Bool)
        case end(Result<KafkaMessage?, KafkaError>)
        case nothingYet
    }

    private let limit: Int
    private var messages: Deque<KafkaMessage> = []
    private var reader: Reader?
    private var end: Result<KafkaMessage?, KafkaError>?
    private var isStalled = false

    /// Whether nobody is at work on a message: before the first reader, and after it has seen the end or has gone.
    private(set) var isReaderDone = true

    init(limit: Int) {
        self.limit = limit
    }

    /// How many messages fit in. The answer "none" obliges the reader to say when half of the buffer is free.
    mutating func room() -> Int {
        guard end == nil else { return 0 }
        isStalled = messages.count >= limit
        return limit - messages.count
    }

    /// Adds a message, or returns the reader who has been waiting for it.
    mutating func append(_ message: KafkaMessage) -> Reader? {
        guard end == nil else { return nil }
        if let reader {
            self.reader = nil
            return reader
        }
        messages.append(message)
        return nil
    }

    /// Counts the reader in. False while there is another one.
    mutating func attachReader() -> Bool {
        defer { isReaderDone = false }
        return isReaderDone
    }

    mutating func detachReader() {
        isReaderDone = true
    }

    /// The next message or the end; a reader who has to wait is kept, and `nothingYet` returned.
    mutating func take(for reader: Reader) -> Taken {
        if let end {
            isReaderDone = true
            return .end(end)
        }
        guard let message = messages.popFirst() else {
            self.reader = reader
            return .nothingYet
        }
        let makesRoom = isStalled && messages.count <= limit / 2
        if makesRoom { isStalled = false }
        return .message(message, makesRoom: makesRoom)
    }

    /// Takes back the waiting reader, if there is one.
    mutating func cancelReader() -> Reader? {
        defer { reader = nil }
        return reader
    }

    /// Ends the sequence. Messages that nobody has read are dropped: they are not committed, and so they come again.
    /// Returns the reader to tell, if one waits.
    mutating func finish(_ result: Result<KafkaMessage?, KafkaError>) -> Reader? {
        guard end == nil else { return nil }
        end = result
        messages = []
        if reader != nil { isReaderDone = true }
        return cancelReader()
    }
}
