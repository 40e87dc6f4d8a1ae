import Addresses
import Hummingbird
import NIOCore

/// What accompanies a request through the middleware to its route.
struct APIContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Names the request in its answer and in every line that is logged for it.
    var requestID = ""
    /// The connection that the request came on.
    let channel: any Channel
    /// Where the request comes from; behind trusted proxies, what they say of it.
    var client: IPAddress

    init(source: Source) {
        channel = source.channel
        coreContext = CoreRequestContextStorage(source: source)
        client = source.channel.remoteAddress.flatMap(IPAddress.init) ?? .unspecified
    }

    /// The client's address as text.
    var clientAddress: String { client.description }
}

extension IPAddress {
    /// Nil for the address of a local socket.
    fileprivate init?(_ address: SocketAddress) {
        guard
            let address = address.withSockAddr({ pointer, size in
                IPAddress(socketAddress: UnsafeRawBufferPointer(start: pointer, count: size))
            })
        else { return nil }
        self = address
    }
}
