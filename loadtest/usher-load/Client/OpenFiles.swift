#if canImport(Glibc)
import Glibc
#endif

/// How many connections this process can have.
enum OpenFiles {
    /// Raises the limit to what the system allows without asking, so that each user of a large crowd gets a connection.
    static func raiseLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        // Without it a crowd that is too large sees its connections fail, and the summary says why.
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
