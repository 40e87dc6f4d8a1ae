import Addresses
import HTTPTypes

/// The proxies that are believed when they say whose request they pass on.
struct TrustedProxies: Sendable {
    let ranges: [AddressRange]

    /// The client: who is connected, or, behind proxies, the last one that none of them is known to be.
    ///
    /// A client can write what it likes into these fields; what a proxy adds stands on the right. A proxy writes one of
    /// the two fields and passes the other on, so when they disagree one of them is the client's invention, and the
    /// proxy itself is taken for the client.
    func client(peer: IPAddress, headers: HTTPFields) -> IPAddress {
        guard !ranges.isEmpty, isTrusted(peer) else { return peer }
        let candidates = [headers[.xForwardedFor].map(Self.entries), headers[.forwarded].map(Self.forwardedEntries)]
            .compactMap { $0.map { client(behind: peer, $0) } }
        guard let client = candidates.first, candidates.allSatisfy({ $0 == client }) else { return peer }
        return client
    }

    /// From the right, since each proxy appends whom it was called by. What is no address ends the search.
    private func client(behind peer: IPAddress, _ entries: [Substring]) -> IPAddress {
        var client = peer
        for entry in entries.reversed() {
            guard let address = IPAddress(node: entry) else { return client }
            client = address
            guard isTrusted(address) else { return client }
        }
        return client
    }

    private func isTrusted(_ address: IPAddress) -> Bool {
        ranges.contains { $0.contains(address) }
    }

    private static func entries(_ value: String) -> [Substring] {
        value.split(separator: ",", omittingEmptySubsequences: false)
    }

    /// The `for` of each element (RFC 7239); an element without one counts, as a proxy that does not tell.
    private static func forwardedEntries(_ value: String) -> [Substring] {
        entries(value).map { element in
            for pair in element.split(separator: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1)
                if parts.count == 2, parts[0].trimmed.lowercased() == "for" { return parts[1] }
            }
            return ""
        }
    }
}

extension IPAddress {
    /// Reads `192.0.2.1`, `192.0.2.1:8080`, `2001:db8::1` or `[2001:db8::1]:8080`, with or without quotes.
    fileprivate init?(node: Substring) {
        var text = node.trimmed
        if text.first == "\"", text.last == "\"" { text = text.dropFirst().dropLast() }
        if text.first == "[" {
            text = text.dropFirst().prefix { $0 != "]" }
        } else if let colon = text.firstIndex(of: ":"), text[text.index(after: colon)...].firstIndex(of: ":") == nil {
            text = text[..<colon]
        }
        self.init(text)
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var text = self
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}

extension HTTPField.Name {
    static let forwarded = HTTPField.Name("Forwarded")!
    static let xForwardedFor = HTTPField.Name("X-Forwarded-For")!
}
