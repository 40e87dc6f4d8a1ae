import HTTPTypes

/// What every answer says to browsers and caches, and to pages of other origins.
struct AnswerHeaders: Sendable {
    /// A year, as is asked of sites that mean it.
    private static let strictTransport = "max-age=31536000"
    /// What a page needs of an answer beyond the few fields that it sees anyway.
    private static let exposed =
        "ETag, Idempotent-Replayed, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-ID"
    private static let allowedMethods = "GET, HEAD, POST, PUT, PATCH, DELETE"
    private static let allowedHeaders = [
        "Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "Last-Event-ID", "traceparent",
        "X-Request-ID",
    ].joined(separator: ", ")
    /// Seconds for which a browser need not ask again.
    private static let preflightAge = "600"

    /// Whether the server speaks TLS, and so may forbid anything else for the future.
    let isEncrypted: Bool
    /// The origins whose pages may call; `*` for all. Tokens are sent by the page itself, never by the browser, so
    /// there are no credentials to be allowed (Fetch Standard, section 3.2).
    let origins: Set<String>

    /// Adds what the answer does not say itself.
    func complete(_ headers: inout HTTPFields, request: HTTPFields) {
        headers[.xContentTypeOptions] = "nosniff"
        headers[.referrerPolicy] = "no-referrer"
        if headers[.contentSecurityPolicy] == nil {
            headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
        }
        if headers[.cacheControl] == nil, request[.authorization] != nil { headers[.cacheControl] = "no-store" }
        if isEncrypted { headers[.strictTransportSecurity] = Self.strictTransport }
        share(&headers, with: request[.origin])
    }

    /// The headers of the answer to a preflight request; nil when this is none, or comes from a foreign page.
    func preflight(_ request: HTTPRequest) -> HTTPFields? {
        guard request.method == .options, request.headerFields[.accessControlRequestMethod] != nil,
            allowed(request.headerFields[.origin]) != nil
        else { return nil }
        return [
            .accessControlAllowMethods: Self.allowedMethods, .accessControlAllowHeaders: Self.allowedHeaders,
            .accessControlMaxAge: Self.preflightAge,
        ]
    }

    private func share(_ headers: inout HTTPFields, with origin: String?) {
        guard !origins.isEmpty else { return }
        // Whoever is asking: a cache must keep the answers apart.
        headers.append(HTTPField(name: .vary, value: "Origin"))
        guard let allowed = allowed(origin) else { return }
        headers[.accessControlAllowOrigin] = allowed
        headers[.accessControlExposeHeaders] = Self.exposed
    }

    private func allowed(_ origin: String?) -> String? {
        guard let origin else { return nil }
        if origins.contains("*") { return "*" }
        return origins.contains(origin) ? origin : nil
    }
}

extension HTTPField.Name {
    /// `Referrer-Policy`
    fileprivate static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
}
