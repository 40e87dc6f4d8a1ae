import Glibc

/// How many files and sockets this process may have open.
enum OpenFileLimit {
    /// Raises the limit to the highest that this user may set.
    ///
    /// - Returns: The limit that holds now.
    @discardableResult
    static func raise() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1_024 }
        let wanted = rlimit(rlim_cur: limit.rlim_max, rlim_max: limit.rlim_max)
        let isRaised = withUnsafePointer(to: wanted) {
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), $0) == 0
        }
        return Int(clamping: isRaised ? limit.rlim_max : limit.rlim_cur)
    }
}
