import Foundation

/// The machine's wall clock jumps, as when somebody corrects it. The monotonic clock, by which holds end, does not.
extension Scenario {
    static let clockJumps = Scenario(
        name: "clock-jumps", summary: "the wall clock jumps an hour ahead, back, and an hour behind",
        usesGateway: true, cards: [GatewayCard.good.rawValue], leavesHoldsBehind: true
    ) { sale in
        let clock = try FakeClock(folder: sale.world.folder)
        sale.world.add(clock.environment)
        try await sale.restart("restart, with a clock that can jump")
        for offset in ["+3600", "+0", "-3600", "+0"] {
            try await sale.world.wait(milliseconds: 1_000...2_500)
            sale.world.note("the wall clock is \(offset) s off")
            try clock.set(offset)
            sale.world.healed()
        }
    }
}

/// Debian's libfaketime, which gives a process another wall clock.
private struct FakeClock {
    private let file: URL
    private let library: String

    /// - Throws: `Skipped` when the library is not installed.
    init(folder: URL) throws {
        let found = try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib").map {
            "/usr/lib/\($0)/faketime/libfaketime.so.1"
        }.first { FileManager.default.fileExists(atPath: $0) }
        guard let library = found ?? nil else { throw Skipped(reason: "since libfaketime is not installed") }
        self.library = library
        file = folder.appending(path: "clock")
        try set("+0")
    }

    var environment: [String: String] {
        [
            "LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": file.path, "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_NO_CACHE": "1",
        ]
    }

    /// - Parameter offset: Seconds with their sign.
    func set(_ offset: String) throws {
        try Data("\(offset)\n".utf8).write(to: file, options: .atomic)
    }
}
