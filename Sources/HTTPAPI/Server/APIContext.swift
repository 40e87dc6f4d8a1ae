import Hummingbird
import NIOCore

/// What accompanies a request through the middleware to its route.
struct APIContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Names the request in its answer and in every line that is logged for it.
    var requestID = ""
    /// The connection that the request came on.
    let channel: any Channel

    /// Where the request came from.
    var clientAddress: String { channel.remoteAddress?.ipAddress ?? "unknown" }

    init(source: Source) {
        channel = source.channel
        coreContext = CoreRequestContextStorage(source: source)
    }
}
