import Executors
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// Connections of HTTP/1.1 without TLS, each answered by a `RequestHandler`.
struct PlainConnections: ServerChildChannel {
    let configuration: HTTP1Channel.Configuration
    let maxBodyBytes: Int
    let admission: Admission
    let refusals: Refusals
    let answer: RequestHandler.Answer

    struct Connection: ServerChildChannelValue {
        let channel: any Channel
        /// Succeeds when the connection is closed and its last request needs nothing more.
        let over: EventLoopFuture<Void>
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Connection> {
        channel.eventLoop.makeCompletedFuture {
            // A request is small, and a connection keeps its buffer.
            try channel.syncOptions?.setOption(
                .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 1_024, initial: 1_024, maximum: 65_536))
            let over = channel.eventLoop.makePromise(of: Void.self)
            let requests = RequestHandler(
                maxBodyBytes: maxBodyBytes, idleTimeout: configuration.idleTimeout,
                executor: EventLoopExecutors.of(channel.eventLoop)?.requests, over: over, logger: logger, answer: answer
            )
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(
                SheddingHandler(admission: admission, refusal: refusals.overloaded, requests: requests))
            try pipeline.configureHTTPServerPipeline(
                withPipeliningAssistance: false, withErrorHandling: false, withOutboundHeaderValidation: false,
                withEncoderConfiguration: .init(), withDecoderLimitConfiguration: configuration.httpDecoder.limits)
            try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
            try pipeline.addHandlers(configuration.additionalChannelHandlers())
            try pipeline.addHandler(requests)
            return Connection(channel: channel, over: over.futureResult)
        }
    }

    func handle(value: Connection, logger: Logger) async {
        try? await value.over.get()
    }
}

extension HTTP1Channel.Configuration.DecoderConfiguration {
    fileprivate var limits: NIOHTTPDecoderLimitConfiguration {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = maxHeaderFieldSize
        limits.maxHeaderListSize = maxHeaderListSize
        limits.maxHeaderFieldCount = maxHeaderFieldCount
        return limits
    }
}
