import Addresses
import Testing

struct IPAddressTests {
    @Test(arguments: [
        "0.0.0.0", "192.0.2.1", "255.255.255.255", "::", "::1", "2001:db8::1", "fe80::1:2:3:4",
        "2001:db8:1:2:3:4:5:6",
    ])
    func `an address reads as it is written`(text: String) throws {
        #expect(try #require(IPAddress(text)).description == text)
    }

    @Test(arguments: ["", "1", "1.2.3", "1.2.3.256", "1.2.3.4 ", "example.org", "::g", "[::1]", "1.2.3.4\0", "0x7f.1"])
    func `what is no address is none`(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test func `a mapped address of version 4 is that address`() throws {
        #expect(IPAddress("::ffff:192.0.2.1") == IPAddress("192.0.2.1"))
        #expect(try #require(IPAddress("::ffff:192.0.2.1")).isVersion4)
        #expect(try !#require(IPAddress("::192.0.2.1")).isVersion4)
    }

    @Test func `a subscriber is one address of version 4, or 64 bits of version 6`() throws {
        #expect(try #require(IPAddress("192.0.2.1")).subscriber == IPAddress("192.0.2.1"))
        #expect(try #require(IPAddress("2001:db8:1:2:3:4:5:6")).subscriber == IPAddress("2001:db8:1:2::"))
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", "11.0.0.0"),
        ("192.0.2.4/30", "192.0.2.7", "192.0.2.8"),
        ("192.0.2.4", "192.0.2.4", "192.0.2.5"),
        ("0.0.0.0/0", "255.255.255.255", "::1"),
        ("::/0", "192.0.2.1", ""),
        ("2001:db8::/32", "2001:db8:ffff::1", "2001:db9::"),
        ("2001:db8::/65", "2001:db8::7fff:0:0:0", "2001:db8::8000:0:0:0"),
        ("::1/128", "::1", "::2"),
    ])
    func `a range has the addresses that begin like it`(range: String, inside: String, outside: String) throws {
        let range = try #require(AddressRange(range))
        #expect(try range.contains(#require(IPAddress(inside))))
        if let outside = IPAddress(outside) { #expect(!range.contains(outside)) }
    }

    @Test(arguments: [
        "", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.1/8", "::1/64", "::/129", "a/8", "10.0.0.0/8/8",
    ])
    func `what is no range is none`(text: String) {
        #expect(AddressRange(text) == nil)
    }

    @Test(arguments: [
        "127.0.0.1", "127.255.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1", "224.0.0.1", "255.255.255.255", "::", "::1", "::ffff:10.0.0.1", "fe80::1", "fc00::1", "fdff::1",
        "ff02::1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1",
    ])
    func `what the internet does not lead to is private`(text: String) throws {
        #expect(try #require(IPAddress(text)).isPrivate)
    }

    @Test(arguments: [
        "1.1.1.1", "172.15.0.1", "172.32.0.1", "9.255.255.255", "126.255.255.255", "128.0.0.1", "2606:4700::1111",
        "64:ff9b::101:101", "::ffff:1.1.1.1", "2002:101:101::",
    ])
    func `the internet is not`(text: String) throws {
        #expect(try !#require(IPAddress(text)).isPrivate)
    }
}
