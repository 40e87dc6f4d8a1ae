internal import Glibc
internal import Synchronization

/// The system's random numbers, fetched many at a time: each time is a system call.
public struct BufferedRandom: RandomNumberGenerator, Sendable {
    /// As many bytes as `getentropy` gives at most.
    private static let numbersPerCall = 256 / MemoryLayout<UInt64>.size

    private static let numbers = Mutex<[UInt64]>([])

    /// Makes a source; all have the same numbers in store.
    public init() {}

    public func next() -> UInt64 {
        Self.numbers.withLock { numbers in
            if let number = numbers.popLast() { return number }
            numbers = Array(unsafeUninitializedCapacity: Self.numbersPerCall) { buffer, count in
                let bytes = UnsafeMutableRawBufferPointer(buffer)
                if getentropy(bytes.baseAddress, bytes.count) == 0 { count = Self.numbersPerCall }
            }
            var system = SystemRandomNumberGenerator()
            return numbers.popLast() ?? system.next()
        }
    }
}
