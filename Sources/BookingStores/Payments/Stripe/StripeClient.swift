import AsyncHTTPClient
import Booking
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix

/// Sends requests to Stripe's API, version 1.
struct StripeClient: Sendable {
    /// The version whose objects `StripeDocuments.swift` reads.
    private static let version = "2025-09-30.clover"
    private static let maxAnswerBytes = 1 << 20

    private let http: HTTPClient
    private let configuration: StripeConfiguration
    private let logger: Logger

    init(configuration: StripeConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        var settings = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(3), read: TimeAmount(configuration.timeout)))
        settings.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        // Who calls tries again, and knows when.
        settings.connectionPool.retryConnectionEstablishment = false
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
    }

    func shutdown() async throws {
        try await http.shutdown()
    }

    func get<Answer: Decodable>(_ path: String, query: StripeForm = [:]) async throws(StripeFailure) -> Answer {
        let query = query.isEmpty ? "" : "?" + query.encoded
        return try await send(HTTPClientRequest(url: configuration.url + path + query))
    }

    /// - Parameter key: Stripe does what is sent with the same key once, and keeps its answer for a day at least.
    func post<Answer: Decodable>(
        _ path: String, _ form: StripeForm, idempotencyKey key: String
    ) async throws(StripeFailure) -> Answer {
        var request = HTTPClientRequest(url: configuration.url + path)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
        request.headers.add(name: "Idempotency-Key", value: key)
        request.body = .bytes(Array(form.encoded.utf8), length: .known(Int64(form.encoded.utf8.count)))
        return try await send(request)
    }

    private func send<Answer: Decodable>(_ request: HTTPClientRequest) async throws(StripeFailure) -> Answer {
        var request = request
        request.headers.add(name: "Authorization", value: "Bearer \(configuration.secretKey)")
        request.headers.add(name: "Stripe-Version", value: Self.version)
        let response: HTTPClientResponse
        let body: Data
        do {
            response = try await http.execute(request, timeout: TimeAmount(configuration.timeout))
            body = Data(try await response.body.collect(upTo: Self.maxAnswerBytes).readableBytesView)
        } catch {
            throw error.isBeforeSending ? .notSent : .broken
        }
        guard response.status == .ok else { throw refusal(response, body) }
        do {
            return try JSONDecoder().decode(Answer.self, from: body)
        } catch {
            logger.error("Stripe's answer could not be read", metadata: metadata(response))
            throw .broken
        }
    }

    private func refusal(_ response: HTTPClientResponse, _ body: Data) -> StripeFailure {
        let error = try? JSONDecoder().decode(StripeErrorDocument.self, from: body).error
        // A declined card is the customer's business; all else is ours.
        if response.status != .paymentRequired {
            var metadata = metadata(response)
            metadata[.code] = "\(error?.code ?? error?.type ?? "none")"
            logger.warning("Stripe refused a request", metadata: metadata)
        }
        return .refused(status: Int(response.status.code), error ?? StripeErrorDocument.Details())
    }

    /// What Stripe's own log of requests finds the request by.
    private func metadata(_ response: HTTPClientResponse) -> Logger.Metadata {
        [
            .status: "\(response.status.code)",
            .request: "\(response.headers.first(name: "Request-Id") ?? "none")",
        ]
    }
}

/// Why there is no answer to a request that could be used.
enum StripeFailure: Error {
    /// No connection could be made: Stripe has not seen the request.
    case notSent
    /// The request was sent, and no answer came.
    case broken
    case refused(status: Int, StripeErrorDocument.Details)
}

extension Error {
    /// Whether no connection came about. When in doubt, the request was sent.
    fileprivate var isBeforeSending: Bool {
        switch self {
        case is NIOConnectionError: true
        case let error as IOError: error.errnoCode == ECONNREFUSED
        case let error as HTTPClientError:
            [.connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout].contains(error)
        default: false
        }
    }
}

/// The fields of a request, in no order.
typealias StripeForm = [String: String]

extension StripeForm {
    /// The fields as `application/x-www-form-urlencoded`, with all that RFC 3986 does not let stand as it is escaped.
    fileprivate var encoded: String {
        map { "\($0.escaped)=\($1.escaped)" }.sorted().joined(separator: "&")
    }
}

extension String {
    fileprivate var escaped: String {
        utf8.reduce(into: "") { text, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                text += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
    }
}
