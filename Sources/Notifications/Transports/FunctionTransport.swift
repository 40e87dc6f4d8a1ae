internal import CCurl
internal import Foundation

/// Calls a function over HTTP for each mail, as OpenFaaS and its like offer them: the function sends the mail, or shows
/// it in whatever other way.
///
/// It gets a POST of JSON, `{"id", "event", "to", "subject", "body", "tickets": [{"place", "token"}]}`. A mail may come
/// again with the same `id` when the answer was lost. 2xx means sent; 408, 429 and 5xx that it shall come again; any
/// other 4xx that it never can be sent. Redirects are not followed: they are a wrong URL.
public final class FunctionTransport: MailTransport {
    private let sessions: CurlSessions<FunctionSession>

    /// Prepares the threads; connects with the first mail.
    ///
    /// - Parameter isUrgent: Whether its mails go out at once, however busy the machine is.
    public init(configuration: FunctionConfiguration, isUrgent: Bool = false) {
        sessions = CurlSessions(maximum: configuration.maximumConnections, areUrgent: isUrgent) {
            try FunctionSession(configuration)
        }
    }

    /// Calls the function and waits for its answer.
    ///
    /// A cancelled caller waits too; once the function was called, no longer than the configuration's timeout.
    /// - Throws: `unavailable`, `deferred` or `rejected`.
    public func send(_ mail: Mail) async throws {
        let call = Array(try JSONEncoder().encode(FunctionCall(mail)))
        try await sessions.run { try $0.post(call) }
    }
}

private struct FunctionCall: Encodable {
    let id: String
    let event: String
    let to: String
    let subject: String
    let body: String
    let tickets: [Mail.Ticket]

    init(_ mail: Mail) {
        id = mail.id.description
        event = mail.event
        to = mail.recipient.address
        subject = mail.subject.singleLine
        body = mail.text
        tickets = mail.tickets
    }
}

private struct FunctionSession: Sendable {
    private let curl: CurlHandle

    init(_ configuration: FunctionConfiguration) throws(MailError) {
        curl = try CurlHandle(
            server: configuration.function, connectTimeout: configuration.connectTimeout, timeout: configuration.timeout
        )
        try curl.set(CURLOPT_URL, configuration.url)
        try curl.set(CURLOPT_PROTOCOLS_STR, "http,https")
        try curl.set(CURLOPT_FOLLOWLOCATION, 0)
        if !configuration.allowsPrivateAddresses { try curl.refusePrivateAddresses() }
        try curl.set(CURLOPT_POST, 1)
        // What the function answers is of no interest; unless told otherwise, libcurl prints it.
        try curl.setWriteFunction { _, size, count, _ in size * count }
    }

    func post(_ body: [UInt8]) throws(MailError) {
        let result = try curl.withList(CURLOPT_HTTPHEADER, ["Content-Type: application/json"]) {
            () throws(MailError) in
            try curl.set(CURLOPT_POSTFIELDSIZE, body.count)
            try curl.set(CURLOPT_COPYPOSTFIELDS, copying: body)
            return curl.perform()
        }
        let function = curl.server
        guard !(result == CURLE_COULDNT_CONNECT && curl.hasRefusedAddress) else {
            throw MailError(
                .unavailable,
                """
                The function \(function) is at a private, link-local or loopback address. If that is meant, set \
                http.allow_private_urls (USHER_HTTP_ALLOW_PRIVATE_URLS) to true
                """)
        }
        guard result == CURLE_OK else {
            throw MailError(.unavailable, "The function \(function) cannot be called: \(CurlHandle.text(result))")
        }
        let status = curl.responseCode
        switch status {
        case 200..<300: return
        case 408, 429: throw MailError(.deferred, "The function \(function) wants the mail later (\(status))")
        case 400..<500: throw MailError(.rejected, "The function \(function) refuses the mail (\(status))")
        default:
            throw MailError(.unavailable, "The function \(function) does not work (\(status)); check its URL and log")
        }
    }
}
