import Foundation

/// Shows how far a long step is: a bar on a terminal, else a line now and then.
struct ProgressBar {
    private let isTerminal: Bool
    private let interval: Duration
    private var lastShown: ContinuousClock.Instant?

    /// - Parameter isTerminal: Whether a line can be drawn over.
    init(isTerminal: Bool = isatty(STDERR_FILENO) == 1) {
        self.isTerminal = isTerminal
        interval = isTerminal ? .milliseconds(100) : .seconds(3)
    }

    /// Draws the state, unless that was done a moment ago.
    ///
    /// - Parameters:
    ///   - fraction: 0 to 1; at 1 it is drawn in any case.
    ///   - label: What the bar counts, with its numbers.
    mutating func show(_ fraction: Double, _ label: @autoclosure () -> String) {
        let now = ContinuousClock.now
        if fraction < 1, let lastShown, now - lastShown < interval { return }
        lastShown = now
        let text =
            isTerminal ? "\r" + Self.bar(fraction, label(), width: Self.width(of: STDERR_FILENO) ?? 80) : label() + "\n"
        FileHandle.standardError.write(Data(text.utf8))
    }

    /// Ends the drawing with a line break, so that other output follows below.
    func finish() {
        if isTerminal, lastShown != nil { FileHandle.standardError.write(Data("\n".utf8)) }
    }

    /// A bar and its label, exactly one column short of the width: a terminal may break a full line.
    static func bar(_ fraction: Double, _ label: String, width: Int) -> String {
        let room = max(width - 1, 0)
        let barWidth = min(30, room - label.count - 3)
        guard barWidth >= 5 else { return String(label.prefix(room)).padded(to: room) }
        let done = Int((min(max(fraction, 0), 1) * Double(barWidth)).rounded(.down))
        let bar = String(repeating: "#", count: done) + String(repeating: "-", count: barWidth - done)
        return "[\(bar)] \(label)".padded(to: room)
    }

    /// The columns of a terminal; nil when the file is none.
    static func width(of file: Int32) -> Int? {
        var size = winsize()
        guard ioctl(file, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}

extension String {
    /// Filled up with spaces behind the text.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(width - count, 0)) }

    /// Filled up with spaces before the text.
    func rightAligned(in width: Int) -> String { String(repeating: " ", count: max(width - count, 0)) + self }
}
