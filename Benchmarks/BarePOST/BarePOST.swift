import Foundation
import Hummingbird
import Logging

/// What Usher's holds over HTTP are compared with: Hummingbird alone, which reads a hold's request, writes a hold's
/// answer, and does nothing else.
///
/// `BARE_POST_PORT` is the port that it listens on, of the loopback address.
@main
enum BarePOST {
    static func main() async throws {
        var logger = Logger(label: "bare-post")
        logger.logLevel = .warning
        let router = Router()
        router.post("api/events/{event}/hold") { request, context in
            let wanted = try await request.decode(as: HoldRequest.self, context: context)
            return EditedResponse(status: .created, response: HoldAnswer(seats: wanted.seats))
        }
        // On the event loops that Usher's server has, which are SwiftNIO's own.
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: try port()), backlog: 4_096),
            logger: logger)
        try await application.runService()
    }

    private static func port() throws -> Int {
        let text = ProcessInfo.processInfo.environment["BARE_POST_PORT"] ?? ""
        guard let port = Int(text), (1...65_535).contains(port) else { throw NoPort(text: text) }
        return port
    }
}

private struct NoPort: Error, CustomStringConvertible {
    let text: String

    var description: String { "BARE_POST_PORT is '\(text)': it must be a port to listen on" }
}
