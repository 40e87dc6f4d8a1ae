import NIOCore

/// The series that a request of one name is recorded in.
final class RequestSeries {
    private let recorder: Recorder
    private let tags: Tags
    private let requests: Recorder.Counter
    private let failures: Recorder.RateCounter
    private let duration: Recorder.Distribution
    private let waiting: Recorder.Distribution
    private let sent: Recorder.Counter
    private let received: Recorder.Counter
    /// By the status' first digit; 0 stands for no answer.
    private var classes: [Recorder.Counter?] = Array(repeating: nil, count: 10)

    init(_ recorder: Recorder, _ tags: Tags) {
        self.recorder = recorder
        self.tags = tags
        requests = recorder.counter(Metric.requests, tags)
        failures = recorder.rate(Metric.requestsFailed, tags)
        duration = recorder.trend(Metric.duration, tags.with("expected_response", "true"))
        waiting = recorder.trend(Metric.waiting, tags)
        sent = recorder.counter(Metric.dataSent, tags)
        received = recorder.counter(Metric.dataReceived, tags)
    }

    /// - Parameters:
    ///   - status: 0 for no answer.
    ///   - isExpected: Whether the journey counts with such an answer.
    func record(_ exchange: Exchange, status: Int, isExpected: Bool) {
        requests.add(1)
        failures.add(!isExpected)
        sent.add(exchange.bytesSent)
        received.add(exchange.bytesReceived)
        let time = exchange.end - exchange.sent
        if isExpected {
            duration.record(time)
        } else {
            recorder.trend(Metric.duration, tags.with("expected_response", "false")).record(time)
        }
        if status > 0 { waiting.record(exchange.firstByte - exchange.sent) }
        count(status / 100)
    }

    private func count(_ digit: Int) {
        if let counter = classes[digit] { return counter.add(1) }
        let name = digit == 0 ? "none" : "\(digit)xx"
        let counter = recorder.counter(Metric.status, tags.with("class", name))
        classes[digit] = counter
        counter.add(1)
    }
}
