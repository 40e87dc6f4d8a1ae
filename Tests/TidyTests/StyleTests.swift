import Testing

// A character class in a pattern, as in `[!]`, keeps the pattern from finding itself here.
@Suite struct StyleTests {
    @Test func `The walk finds the sources`() {
        #expect(Repository.swiftFiles.contains { $0.path == "Sources/Inventory/Inventory.swift" })
        #expect(Repository.files.contains { $0.path == "Makefile" })
    }

    @Test func `No Swift file is longer than 400 lines`() {
        for file in Repository.swiftFiles where file.lines.dropLast().count > 400 {
            file.fail(at: 400, "The file goes on after 400 lines: give its second idea a file of its own")
        }
    }

    @Test func `No type is named by an empty word`() {
        let emptyName =
            /\b(class|struct|enum|actor|protocol|typealias)\s+\w*(Manager|Helper|Util|Utility|Impl|Base)s?\b/
        report(emptyName, "Name the type after what it is, in the words of the design")
    }

    @Test func `Nothing is left to do`() {
        for file in Repository.files {
            for (index, line) in file.lines.enumerated() where line.contains(/\b(T[O]DO|F[I]XME|X[X]X)\b/) {
                file.fail(at: index, "Do it now, or leave it out")
            }
        }
    }

    @Test func `Outside data cannot stop the process`() {
        report(/\btry[!]|\bas[!]|\bfatalError[(]/, "Throw an error that says what to do")
    }

    @Test func `What the compiler cannot prove is proved in a comment`() {
        for file in Repository.swiftFiles {
            for index in file.code(matching: /@unchecked [S]endable|nonisolated[(]unsafe[)]/)
            where !file.hasCommentAbove(index) {
                file.fail(at: index, "Prove directly above that this is safe")
            }
        }
    }

    @Test func `No task is without an owner`() {
        report(/\bTask[.]detached\b/, "Let a service or a task group own the task")
    }

    @Test func `Only timers sleep`() {
        let timers: Set = [
            "Sources/Booking/Ports/BookingClock.swift",
            "Sources/HTTPAPI/Streams/SeatBroadcast.swift",
            "Sources/KafkaDriver/FetchPause.swift",
            "Sources/PostgresDriver/PostgresClient.swift",
            "Sources/RedisDriver/RedisClient.swift",
            "Sources/Usher/Demo/DemoCrowd.swift",
            "Sources/Usher/Demo/DemoMailbox.swift",
            "Sources/Usher/Demo/Patience.swift",
            "Sources/Usher/Node/StoreClients.swift",
            "Tests/Faults/World/Pause.swift",
        ]
        let sleep = /\b(Task|Thread|(Continuous|Suspending)Clock\(\))[.]sleep\b|\bsleep\(\d|\b(u|nano)sleep\(/
        report(sleep, "Wait for the event, or sleep on a clock that a test can move", exempt: timers)
    }

    @Test func `No file names a private place`() {
        for file in Repository.files {
            for (index, line) in file.lines.enumerated()
            where line.contains(/(^|[\s"'=:`(])[\/](work|opt|home|root|Users)\//) {
                file.fail(at: index, "Name the place from the repository's root, or by a variable")
            }
        }
    }

    private func report(_ pattern: some RegexComponent, _ reason: String, exempt: Set<String> = []) {
        for file in Repository.swiftFiles where !exempt.contains(file.path) {
            for index in file.code(matching: pattern) {
                file.fail(at: index, reason)
            }
        }
    }
}
