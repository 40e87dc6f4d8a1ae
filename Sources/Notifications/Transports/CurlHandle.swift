internal import Addresses
internal import CCurl
internal import Glibc

/// One libcurl handle with the connections that it keeps. Every call blocks.
///
/// `@unchecked Sendable`: a handle may be used from any thread, but by one at a time. Each belongs to one session of a
/// `CurlSessions`, which takes a session off its list of idle ones, under a lock, before it is used, and puts it back
/// afterwards, so nobody shares one.
final class CurlHandle: @unchecked Sendable {
    private let handle: UnsafeMutableRawPointer
    /// Whether an address was refused; libcurl writes it.
    private let refusal: UnsafeMutablePointer<Bool>
    /// The server as errors name it; without a user or a password.
    let server: String

    init(server: String, connectTimeout: Duration, timeout: Duration) throws(MailError) {
        guard Self.isLibraryReady, let handle = curl_easy_init() else {
            throw MailError(.unavailable, "libcurl cannot start; the machine may be out of memory")
        }
        self.handle = handle
        self.server = server
        refusal = .allocate(capacity: 1)
        refusal.initialize(to: false)
        try set(CURLOPT_CONNECTTIMEOUT_MS, connectTimeout.milliseconds)
        try set(CURLOPT_TIMEOUT_MS, timeout.milliseconds)
        // libcurl must not use signals for its timeouts: they are the process's, not a thread's.
        try set(CURLOPT_NOSIGNAL, 1)
    }

    deinit {
        curl_easy_cleanup(handle)
        refusal.deallocate()
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

    /// Connects to nothing but addresses of the internet, whatever the server's name comes to mean.
    ///
    /// libcurl asks for a socket to the very address that it is about to connect to, so a name that means another
    /// address now than it did a moment ago gains nothing.
    func refusePrivateAddresses() throws(MailError) {
        try set(CURLOPT_OPENSOCKETDATA, pointer: refusal)
        // A proxy would connect to what it likes.
        try set(CURLOPT_PROXY, "")
        try check(
            usher_curl_set_open_socket_function(handle) { refusal, _, address in
                guard let address, let target = IPAddress(address), !target.isPrivate else {
                    refusal?.assumingMemoryBound(to: Bool.self).pointee = true
                    return usher_curl_socket_bad
                }
                return socket(address.pointee.family, address.pointee.socktype, address.pointee.protocol)
            })
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
        refusal.pointee = false
        return curl_easy_perform(handle)
    }

    /// Whether the last transfer was kept from a private address.
    var hasRefusedAddress: Bool { refusal.pointee }

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

extension IPAddress {
    /// Nil for an address of another family than the internet's.
    fileprivate init?(_ address: UnsafeMutablePointer<curl_sockaddr>) {
        let length = min(Int(address.pointee.addrlen), MemoryLayout<sockaddr_storage>.size)
        guard let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) else { return nil }
        // The address goes on beyond the generic one that the structure declares.
        self.init(
            socketAddress: UnsafeRawBufferPointer(start: UnsafeRawPointer(address) + offset, count: length))
    }
}
