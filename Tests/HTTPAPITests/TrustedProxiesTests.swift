import Addresses
import HTTPTypes
import Testing

@testable import HTTPAPI

@Suite("The client behind proxies")
struct TrustedProxiesTests {
    private func client(
        _ fields: HTTPFields, peer: String = "10.0.0.1", trusting ranges: String...
    ) throws -> String {
        let proxies = TrustedProxies(ranges: try ranges.map { try #require(AddressRange($0)) })
        return proxies.client(peer: try #require(IPAddress(peer)), headers: fields).description
    }

    private func forwarded(for value: String) -> HTTPFields {
        [HTTPField.Name("X-Forwarded-For")!: value]
    }

    @Test func `nobody but a trusted proxy is believed`() throws {
        #expect(try client(forwarded(for: "192.0.2.1")) == "10.0.0.1")
        #expect(try client(forwarded(for: "192.0.2.1"), trusting: "10.0.0.2") == "10.0.0.1")
        #expect(try client([:], trusting: "10.0.0.0/8") == "10.0.0.1")
    }

    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"),
        ("192.0.2.1:8080", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::1"),
        ("[2001:db8::1]:8080", "2001:db8::1"),
        ("198.51.100.9, 192.0.2.1", "192.0.2.1"),
        ("198.51.100.9,192.0.2.1 , 10.0.0.7,10.0.0.8", "192.0.2.1"),
        ("192.0.2.1, unknown", "10.0.0.1"),
        ("192.0.2.1, unknown, 10.0.0.7", "10.0.0.7"),
        ("192.0.2.1,", "10.0.0.1"),
        ("", "10.0.0.1"),
        ("10.0.0.9, 10.0.0.8", "10.0.0.9"),
    ])
    func `the last address that is no proxy's is the client's`(value: String, client: String) throws {
        #expect(try self.client(forwarded(for: value), trusting: "10.0.0.0/8") == client)
    }

    @Test(arguments: [
        ("for=192.0.2.1", "192.0.2.1"),
        (#"For="[2001:db8:cafe::17]:4711""#, "2001:db8:cafe::17"),
        ("for=198.51.100.9, for=192.0.2.1;proto=https;by=10.0.0.7, proto=http; for=10.0.0.8", "192.0.2.1"),
        ("for=192.0.2.1, proto=https", "10.0.0.1"),
        ("for=192.0.2.1, for=_hidden", "10.0.0.1"),
    ])
    func `the field Forwarded tells it as well`(value: String, client: String) throws {
        #expect(try self.client([HTTPField.Name("Forwarded")!: value], trusting: "10.0.0.0/8") == client)
    }

    @Test func `a field that contradicts the other is not believed`() throws {
        var fields = forwarded(for: "192.0.2.1")
        fields[HTTPField.Name("Forwarded")!] = "for=192.0.2.1"
        #expect(try client(fields, trusting: "10.0.0.1") == "192.0.2.1")
        fields[HTTPField.Name("Forwarded")!] = "for=198.51.100.9"
        #expect(try client(fields, trusting: "10.0.0.1") == "10.0.0.1")
    }
}
