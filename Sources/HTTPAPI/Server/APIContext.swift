import Hummingbird
import NIOCore

/// What accompanies a request through the middleware to its route.
struct APIContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Names the request in its answer and in every line that is logged for it.
    var requestID = ""
    /// The network address that the request comes from.
    let clientAddress: String

    init(source: Source) {
        coreContext = CoreRequestContextStorage(source: source)
        clientAddress = source.channel.remoteAddress?.ipAddress ?? "unknown"
    }
}
