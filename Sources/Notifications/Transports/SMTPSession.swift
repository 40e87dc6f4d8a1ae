internal import CCurl
internal import Foundation

/// One libcurl handle with the connection that it keeps. Every call blocks.
///
/// `@unchecked Sendable`: the handle may be used from any thread, but by one at a time. `SMTPTransport` takes a session
/// off its list of idle ones, under a lock, before it uses it, and puts it back afterwards, so nobody shares one.
final class SMTPSession: @unchecked Sendable {
    private let handle: UnsafeMutableRawPointer
    private let server: String

    init(_ configuration: SMTPConfiguration) throws(MailError) {
        guard Self.isLibraryReady, let handle = curl_easy_init() else {
            throw MailError(.unavailable, "libcurl cannot start; the machine may be out of memory")
        }
        self.handle = handle
        server = configuration.server
        try configure(configuration)
    }

    deinit {
        curl_easy_cleanup(handle)
    }

    /// Sends one message and returns when the server has taken it.
    func send(_ message: [UInt8], from sender: String, to recipient: String) throws(MailError) {
        guard let recipients = curl_slist_append(nil, recipient) else {
            throw MailError(.unavailable, "libcurl is out of memory")
        }
        defer { curl_slist_free_all(recipients) }
        try check(usher_curl_set_string(handle, CURLOPT_MAIL_FROM, sender))
        try check(usher_curl_set_pointer(handle, CURLOPT_MAIL_RCPT, recipients))

        let (result, wasRead) = message.withUnsafeBytes { bytes in
            var upload = Upload(rest: bytes)
            let result = withUnsafeMutablePointer(to: &upload) { upload in
                _ = usher_curl_set_pointer(handle, CURLOPT_READDATA, upload)
                return curl_easy_perform(handle)
            }
            return (result, upload.rest.isEmpty)
        }
        guard result != CURLE_OK else { return }
        throw failure(result, messageWasRead: wasRead)
    }

    /// Once per process; libcurl asks for it before any handle.
    private static let isLibraryReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    private func configure(_ configuration: SMTPConfiguration) throws(MailError) {
        let encryption =
            switch configuration.encryption {
            case .immediate, .required: CURLUSESSL_ALL
            case .opportunistic: CURLUSESSL_TRY
            case .none: CURLUSESSL_NONE
            }
        try check(usher_curl_set_string(handle, CURLOPT_URL, configuration.server))
        try check(usher_curl_set_string(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps"))
        try check(usher_curl_set_long(handle, CURLOPT_USE_SSL, Int(encryption.rawValue)))
        if let authorities = configuration.authorities {
            try check(usher_curl_set_string(handle, CURLOPT_CAINFO, authorities))
        }
        try check(usher_curl_set_string(handle, CURLOPT_USERNAME, configuration.user))
        try check(usher_curl_set_string(handle, CURLOPT_PASSWORD, configuration.password))
        try check(usher_curl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, configuration.connectTimeout.milliseconds))
        try check(usher_curl_set_long(handle, CURLOPT_TIMEOUT_MS, configuration.timeout.milliseconds))
        // For the farewell too, when an idle connection ends.
        let longestAnswer = max(1, Int(configuration.timeout.components.seconds))
        try check(usher_curl_set_long(handle, CURLOPT_SERVER_RESPONSE_TIMEOUT, longestAnswer))
        // libcurl must not use signals for its timeouts: they are the process's, not a thread's.
        try check(usher_curl_set_long(handle, CURLOPT_NOSIGNAL, 1))
        try check(usher_curl_set_long(handle, CURLOPT_UPLOAD, 1))
        try check(usher_curl_set_read_function(handle, readUpload))
    }

    private func check(_ result: CURLcode) throws(MailError) {
        guard result == CURLE_OK else {
            throw MailError(.configuration, "libcurl refuses a setting for \(server): \(Self.text(result))")
        }
    }

    private func failure(_ result: CURLcode, messageWasRead: Bool) -> MailError {
        let reply = usher_curl_response_code(handle)
        // Only an answer to MAIL, RCPT, DATA or the message itself is about this mail; a refused greeting or password
        // concerns every mail, and somebody will mend it. 530 to 538 ask for another way of signing in (RFC 4954).
        let concernsMail = result == CURLE_SEND_ERROR || messageWasRead
        switch reply {
        case 400..<500:
            return MailError(.deferred, "The mail server \(server) wants the mail later (\(reply))")
        case 500..<530 where concernsMail, 540..<600 where concernsMail:
            return MailError(.rejected, "The mail server \(server) refuses the mail (\(reply))")
        case 500..<600:
            return MailError(
                .unavailable, "The mail server \(server) refuses to work for us (\(reply)); check user and password")
        default:
            return MailError(.unavailable, "The mail server \(server) cannot be used: \(Self.text(result))")
        }
    }

    private static func text(_ result: CURLcode) -> String {
        String(cString: curl_easy_strerror(result))
    }
}

/// What of a message libcurl has not read yet.
private struct Upload {
    var rest: Slice<UnsafeRawBufferPointer>

    init(rest: UnsafeRawBufferPointer) {
        self.rest = rest[...]
    }
}

/// Called by libcurl inside `curl_easy_perform`, on its thread; touches the message and libcurl's buffer alone.
private let readUpload: curl_read_callback = { buffer, size, count, context in
    guard let buffer, let upload = context?.assumingMemoryBound(to: Upload.self) else {
        return Int(CURL_READFUNC_ABORT)
    }
    let chunk = upload.pointee.rest.prefix(size * count)
    UnsafeMutableRawBufferPointer(start: buffer, count: size * count).copyBytes(from: chunk)
    upload.pointee.rest = upload.pointee.rest.dropFirst(chunk.count)
    return chunk.count
}

extension Duration {
    fileprivate var milliseconds: Int { Int(self / .milliseconds(1)) }
}
