import Foundation
import NIOCore

/// Where the server is.
struct ServerAddress: Sendable {
    /// As it was given, without a slash at the end.
    let url: String
    /// What requests say in `Host`.
    let host: String
    let socket: SocketAddress

    /// Looks the host up, once.
    init(url: String) throws(PlanError) {
        guard let components = URLComponents(string: url), components.scheme == "http",
            let name = components.host, !name.isEmpty, ["", "/"].contains(components.path), components.query == nil
        else { throw PlanError("--url \(url): give it as http://HOST:PORT; TLS is not spoken") }
        let port = components.port ?? 80
        // URLComponents keeps the brackets of an IPv6 address.
        let bare = name.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        do {
            socket = try SocketAddress.makeAddressResolvingHost(bare, port: port)
        } catch {
            throw PlanError("--url \(url): the host \(bare) was not found")
        }
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
        host = "\(name):\(port)"
    }
}
