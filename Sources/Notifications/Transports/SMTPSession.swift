internal import CCurl

/// What libcurl is told to speak to a mail server; one mail at a time.
struct SMTPSession: Sendable {
    private let curl: CurlHandle

    init(_ configuration: SMTPConfiguration) throws(MailError) {
        curl = try CurlHandle(
            server: configuration.server, connectTimeout: configuration.connectTimeout, timeout: configuration.timeout)
        try configure(configuration)
    }

    /// Sends one message and returns when the server has taken it.
    func send(_ message: [UInt8], from sender: String, to recipient: String) throws(MailError) {
        try curl.set(CURLOPT_MAIL_FROM, sender)
        let (result, wasRead) = try curl.withList(CURLOPT_MAIL_RCPT, [recipient]) { () throws(MailError) in
            upload(message)
        }
        guard result != CURLE_OK else { return }
        throw failure(result, messageWasRead: wasRead)
    }

    private func upload(_ message: [UInt8]) -> (CURLcode, wasRead: Bool) {
        message.withUnsafeBytes { bytes in
            var upload = Upload(rest: bytes)
            let result = withUnsafeMutablePointer(to: &upload) { upload in
                do {
                    try curl.set(CURLOPT_READDATA, pointer: upload)
                } catch {
                    return CURLE_READ_ERROR
                }
                return curl.perform()
            }
            return (result, upload.rest.isEmpty)
        }
    }

    private func configure(_ configuration: SMTPConfiguration) throws(MailError) {
        let encryption =
            switch configuration.encryption {
            case .immediate, .required: CURLUSESSL_ALL
            case .opportunistic: CURLUSESSL_TRY
            case .none: CURLUSESSL_NONE
            }
        try curl.set(CURLOPT_URL, configuration.server)
        try curl.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        try curl.set(CURLOPT_USE_SSL, Int(encryption.rawValue))
        if let authorities = configuration.authorities {
            try curl.set(CURLOPT_CAINFO, authorities)
        }
        try curl.set(CURLOPT_USERNAME, configuration.user)
        try curl.set(CURLOPT_PASSWORD, configuration.password)
        // For the farewell too, when an idle connection ends.
        try curl.set(CURLOPT_SERVER_RESPONSE_TIMEOUT, max(1, Int(configuration.timeout.components.seconds)))
        try curl.set(CURLOPT_UPLOAD, 1)
        try curl.setReadFunction(readUpload)
    }

    private func failure(_ result: CURLcode, messageWasRead: Bool) -> MailError {
        let reply = curl.responseCode
        let server = curl.server
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
            return MailError(.unavailable, "The mail server \(server) cannot be used: \(CurlHandle.text(result))")
        }
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
