internal import CCurl

/// One libcurl handle with the connections that it keeps. Every call blocks.
///
/// `@unchecked Sendable`: a handle may be used from any thread, but by one at a time. Each belongs to one session of a
/// `CurlSessions`, which takes a session off its list of idle ones, under a lock, before it is used, and puts it back
/// afterwards, so nobody shares one.
final class CurlHandle: @unchecked Sendable {
    private let handle: UnsafeMutableRawPointer
    /// The server as errors name it; without a user or a password.
    let server: String

    init(server: String, connectTimeout: Duration, timeout: Duration) throws(MailError) {
        guard Self.isLibraryReady, let handle = curl_easy_init() else {
            throw MailError(.unavailable, "libcurl cannot start; the machine may be out of memory")
        }
        self.handle = handle
        self.server = server
        try set(CURLOPT_CONNECTTIMEOUT_MS, connectTimeout.milliseconds)
        try set(CURLOPT_TIMEOUT_MS, timeout.milliseconds)
        // libcurl must not use signals for its timeouts: they are the process's, not a thread's.
        try set(CURLOPT_NOSIGNAL, 1)
    }

    deinit {
        curl_easy_cleanup(handle)
    }

    func set(_ option: CURLoption, _ value: Int) throws(MailError) {
        try check(usher_curl_set_long(handle, option, value))
    }

    func set(_ option: CURLoption, _ value: String?) throws(MailError) {
        try check(usher_curl_set_string(handle, option, value))
    }

    /// What is behind the pointer must live as long as libcurl uses it.
    func set(_ option: CURLoption, pointer: UnsafeMutableRawPointer?) throws(MailError) {
        try check(usher_curl_set_pointer(handle, option, pointer))
    }

    /// For options that have libcurl copy what it is given.
    func set(_ option: CURLoption, copying bytes: [UInt8]) throws(MailError) {
        let result = bytes.withUnsafeBytes { bytes in
            usher_curl_set_pointer(handle, option, UnsafeMutableRawPointer(mutating: bytes.baseAddress))
        }
        try check(result)
    }

    func setReadFunction(_ function: @escaping curl_read_callback) throws(MailError) {
        try check(usher_curl_set_read_function(handle, function))
    }

    func setWriteFunction(_ function: @escaping curl_write_callback) throws(MailError) {
        try check(usher_curl_set_write_function(handle, function))
    }

    /// Sets a list option while `body` runs.
    func withList<Result>(
        _ option: CURLoption, _ texts: [String], _ body: () throws(MailError) -> Result
    ) throws(MailError) -> Result {
        var list: UnsafeMutablePointer<curl_slist>?
        defer { curl_slist_free_all(list) }
        for text in texts {
            guard let longer = curl_slist_append(list, text) else {
                throw MailError(.unavailable, "libcurl is out of memory")
            }
            list = longer
        }
        try set(option, pointer: list)
        return try body()
    }

    func perform() -> CURLcode {
        curl_easy_perform(handle)
    }

    /// The server's last answer; 0 when there was none.
    var responseCode: Int { usher_curl_response_code(handle) }

    static func text(_ result: CURLcode) -> String {
        String(cString: curl_easy_strerror(result))
    }

    /// Once per process; libcurl asks for it before any handle.
    private static let isLibraryReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    private func check(_ result: CURLcode) throws(MailError) {
        guard result == CURLE_OK else {
            throw MailError(.configuration, "libcurl refuses a setting for \(server): \(Self.text(result))")
        }
    }
}

extension Duration {
    fileprivate var milliseconds: Int { Int(self / .milliseconds(1)) }
}
