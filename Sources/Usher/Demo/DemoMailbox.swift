import Foundation

/// The folder that the server writes e-mails to, as far as it concerns the customers of one run.
struct DemoMailbox {
    private let directory: String
    private let addressPrefix: String
    private var seen: Set<String> = []
    /// E-mails to customers of the run that were found so far.
    private(set) var count = 0

    /// - Parameter run: What the addresses of the run's customers have in common.
    init(directory: String, run: String) {
        self.directory = directory
        addressPrefix = Self.addressPrefix(ofRun: run)
    }

    /// The address of a run's customer.
    static func address(ofCustomer number: Int, run: String) -> String {
        "\(addressPrefix(ofRun: run))\(number)@usher.example"
    }

    /// Counts the e-mails that were written since the last look; each file is read once.
    mutating func look() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        for name in names where name.hasSuffix(".eml") && seen.insert(name).inserted {
            guard let data = FileManager.default.contents(atPath: "\(directory)/\(name)") else { continue }
            if Self.recipient(of: String(decoding: data, as: UTF8.self))?.contains(addressPrefix) == true { count += 1 }
        }
    }

    /// Looks until there are `expected` e-mails.
    ///
    /// The folder is another process's: there is nothing to wait on but the folder itself.
    ///
    /// - Parameter limit: How long to wait at most.
    mutating func wait(for expected: Int, limit: Duration, progress: inout ProgressBar) async throws {
        let end = ContinuousClock.now + limit
        look()
        while count < expected, ContinuousClock.now < end {
            progress.show(Double(count) / Double(max(expected, 1)), "\(count)/\(expected) e-mails")
            try await Task.sleep(for: .milliseconds(250))
            look()
        }
    }

    /// The value of a message's `To` header.
    static func recipient(of message: String) -> Substring? {
        for line in message.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            if line.isEmpty { return nil }
            if line.lowercased().hasPrefix("to:") { return line.dropFirst(3) }
        }
        return nil
    }

    private static func addressPrefix(ofRun run: String) -> String { "demo-\(run)-" }
}
