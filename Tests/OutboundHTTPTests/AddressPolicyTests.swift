import Testing

@testable import OutboundHTTP

@Suite struct AddressPolicyTests {
    @Test(arguments: [
        "https://example.com/hooks", "https://EXAMPLE.com:8443/a?b=c#d", "https://example.com./",
        "https://8.8.8.8/", "https://[2606:4700:4700::1111]/", "https://xn--bcher-kva.example/",
        "https://a.b.c.d.org", "https://example.com#@127.0.0.1/",
        "https://example.com/@127.0.0.1?u=http://10.0.0.1", "https://a--b.exa-mple.com/",
        "https://a_b.example.com/",
        "https://" + String(repeating: "a", count: 63) + ".com/",
        "https://" + String(repeating: "abcdefg.", count: 31) + "a.com/",
    ])
    func `a public URL is accepted`(url: String) throws {
        try AddressPolicy.publicOnly.check(url: url)
    }

    static let refused: [(String, AddressPolicyError.Code)] = [
        ("http://example.com/", .schemeRefused), ("ftp://example.com/", .schemeRefused),
        ("file:///etc/passwd", .schemeRefused), ("gopher://example.com/", .schemeRefused),
        ("https:/example.com", .schemeRefused), ("example.com", .schemeRefused), ("", .schemeRefused),
        ("//example.com/", .schemeRefused), ("https:///example.com/", .urlMalformed),
        ("https://", .urlMalformed), ("https://?x", .urlMalformed),
        ("https://user:pass@example.com/", .userInfoRefused), ("https://user@example.com/", .userInfoRefused),
        ("https://@example.com/", .userInfoRefused), ("https://example.com@127.0.0.1/", .userInfoRefused),
        ("https://example.com:22/", .portRefused), ("https://example.com:25/", .portRefused),
        ("https://example.com:80/", .portRefused), ("https://example.com:99999/", .urlMalformed),
        ("https://example.com\\@127.0.0.1/", .urlMalformed), ("https://exa mple.com/", .urlMalformed),
        ("https://example.com/\r\nHost: x", .urlMalformed), ("https://example.com/\u{0}", .urlMalformed),
        ("https://１２７.0.0.1/", .urlMalformed), ("https://bücher.example/", .urlMalformed),
        ("https://127.0.0.1/", .addressRefused), ("https://127.1/", .addressRefused),
        ("https://2130706433/", .addressRefused), ("https://0x7f000001/", .addressRefused),
        ("https://0x7f.0.0.1/", .addressRefused), ("https://0177.0.0.1/", .addressRefused),
        ("https://017700000001/", .addressRefused), ("https://127.0.0.1./", .addressRefused),
        ("https://0/", .addressRefused), ("https://0.0.0.0/", .addressRefused),
        ("https://10.1.2.3/", .addressRefused), ("https://172.16.0.1/", .addressRefused),
        ("https://192.168.1.1/", .addressRefused), ("https://169.254.169.254/", .addressRefused),
        ("https://100.64.0.1/", .addressRefused), ("https://255.255.255.255/", .addressRefused),
        ("https://[::1]/", .addressRefused), ("https://[::]/", .addressRefused),
        ("https://[::ffff:127.0.0.1]/", .addressRefused), ("https://[::ffff:7f00:1]/", .addressRefused),
        ("https://[64:ff9b::7f00:1]/", .addressRefused), ("https://[2002:7f00:1::]/", .addressRefused),
        ("https://[fd00::1]/", .addressRefused), ("https://[fe80::1]/", .addressRefused),
        ("https://[fe80::1%25eth0]/", .hostRefused), ("https://%6c%6f%63alhost/", .hostRefused),
        ("https://localhost/", .hostRefused), ("https://localhost./", .hostRefused),
        ("https://LOCALHOST/", .hostRefused), ("https://a.localhost/", .hostRefused),
        ("https://metadata.google.internal/", .hostRefused), ("https://printer.local/", .hostRefused),
        ("https://router.home.arpa/", .hostRefused), ("https://intranet/", .hostRefused),
        ("https://256.256.256.256/", .hostRefused), ("https://1.2.3.4.5/", .hostRefused),
        ("https://example.0x7f/", .hostRefused), ("https://a..example.com/", .hostRefused),
        ("https://" + String(repeating: "a", count: 9000), .urlMalformed),
        ("https://[::127.0.0.1]/", .addressRefused), ("https://[::ffff:0:127.0.0.1]/", .addressRefused),
        ("https://[0:0:0:0:0:ffff:7f00:1]/", .addressRefused),
        ("https://[64:ff9b:1::a00:1]/", .addressRefused),
        ("https://[2001::1]/", .addressRefused), ("https://[fe80::1%251]/", .hostRefused),
        ("https://[fe80::1%eth0]/", .hostRefused), ("https://127.0.0.1.:443/", .addressRefused),
        ("https://0x7f.1/", .addressRefused), ("https://127.0.1/", .addressRefused),
        ("https://0000000177.0.0.1/", .addressRefused), ("https://4294967296/", .hostRefused),
        ("https://0xA9FEA9FE/", .addressRefused), ("https://2852039166/", .addressRefused),
        ("https://0251.0376.0251.0376/", .addressRefused), ("https://①②⑦.⓪.⓪.①/", .urlMalformed),
        ("https://127。0。0。1/", .urlMalformed), ("https://example.com:0/", .portRefused),
        ("https://example.com:-1/", .urlMalformed), ("https://example.com:443:22/", .urlMalformed),
        ("https://example.com:6379/", .portRefused), ("https://example.com:5432/", .portRefused),
        ("https://example.com:0022/", .portRefused), ("https://127.0.0.1%2f@example.com/", .userInfoRefused),
        ("https://example.com%00.test/", .hostRefused), ("https://example.com\t/", .urlMalformed),
        ("https://localhost.localdomain/", .hostRefused),
        ("https://kubernetes.default.svc.cluster.local/", .hostRefused),
        ("HTTPS://LOCALHOST./", .hostRefused), ("https://example.com:/", .urlMalformed),
        ("https://example.com:?a", .urlMalformed), ("https://[2606:4700::1]:/", .urlMalformed),
        ("https://:443/", .urlMalformed), ("https://example.com:x/", .urlMalformed),
        ("https://-a.example.com/", .urlMalformed), ("https://a-.example.com/", .urlMalformed),
        ("https://example.-com/", .urlMalformed), ("https://example.com-/", .urlMalformed),
        ("https://exa+mple.com/", .urlMalformed), ("https://exa~mple.com/", .urlMalformed),
        ("https://" + String(repeating: "a", count: 64) + ".com/", .hostRefused),
        ("https://" + String(repeating: "abcdefg.", count: 31) + "ab.com/", .hostRefused),
    ]

    @Test(arguments: refused)
    func `a URL that leads elsewhere is refused`(url: String, code: AddressPolicyError.Code) {
        #expect(refusal(of: url, by: .publicOnly) == code)
    }

    @Test(arguments: [
        "http://127.0.0.1:8080/", "http://localhost:3000/x", "https://10.0.0.1/", "http://[::1]/",
        "http://worker/",
    ])
    func `a development policy lets private addresses pass`(url: String) throws {
        try AddressPolicy.allowPrivateNetworks.check(url: url)
    }

    @Test(arguments: [
        ("http://169.254.169.254/latest/meta-data", AddressPolicyError.Code.addressRefused),
        ("http://[fd00:ec2::254]/", .addressRefused), ("http://user@localhost/", .userInfoRefused),
        ("http://[::ffff:169.254.169.254]/", .addressRefused), ("file:///etc/passwd", .schemeRefused),
        ("http://224.0.0.1/", .addressRefused), ("http://localhost:22/", .portRefused),
        ("http://10.0.0.1:25/", .portRefused), ("http://169.254.1.1/", .addressRefused),
        ("http://2852039166/", .addressRefused), ("http://[64:ff9b::a9fe:a9fe]/", .addressRefused),
    ])
    func `a development policy still refuses metadata and user names`(
        url: String,
        code: AddressPolicyError.Code
    ) {
        #expect(refusal(of: url, by: .allowPrivateNetworks) == code)
    }

    @Test(arguments: [
        "0.1.2.3", "10.0.0.1", "100.127.255.255", "127.255.255.255", "169.254.0.1", "172.31.255.255",
        "192.0.0.1",
        "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255", "240.0.0.1", "::", "::1", "::7f00:1", "::ffff:10.0.0.1", "64:ff9b::808:808",
        "64:ff9b:1::1", "100::1", "5f00::1", "2001::1", "2001:1ff::1", "2001:db8::1", "2002:808:808::",
        "3fff::1",
        "fc00::1", "fe80::1", "fec0::1", "ff02::1", "4000::1",
    ])
    func `a special address is not public`(text: String) throws {
        let address = try #require(IPAddress(literal: text))

        #expect(!AddressPolicy.publicOnly.allows(address))
    }

    @Test(arguments: [
        "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
        "128.0.0.0",
        "172.15.255.255", "172.32.0.0", "192.0.1.0", "198.17.255.255", "198.20.0.0", "223.255.255.255",
        "::ffff:1.1.1.1", "2606:4700::1111", "2001:200::1", "2a00:1450::1", "3ffe::1",
    ])
    func `an address beside the special blocks is public`(text: String) throws {
        let address = try #require(IPAddress(literal: text))

        #expect(AddressPolicy.publicOnly.allows(address))
    }

    @Test(arguments: [
        ("ftp://example.com/", "must begin with 'https://'"), ("example.com", "must begin with 'https://'"),
        ("http://example.com/", "must begin with 'https://'"),
        ("https://example.com:/", "leave the colon out"),
        ("https://example.com:99999/", "a number from 1 to 65535"), ("https://:443/", "lacks a host"),
        ("https://a-.example.com/", "'a-'"), ("https://u:p@example.com/", "a user name or a password"),
        ("https://exa!mple.com/", "neither a name nor an address"),
        ("https://[::g]/", "neither a name nor an address"),
        ("https://example.com:22/", "port 22"),
    ])
    func `a refusal says what to mend`(url: String, advice: String) {
        #expect(throws: AddressPolicyError.self) { try AddressPolicy.publicOnly.check(url: url) }
        #expect(detail(of: url, by: .publicOnly).contains(advice), "\(detail(of: url, by: .publicOnly))")
    }

    @Test func `a development policy names both schemes`() {
        let detail = detail(of: "ftp://localhost/", by: .allowPrivateNetworks)

        #expect(detail == "the URL must begin with 'https://' or 'http://'")
    }

    @Test func `the metadata server is reached by a client for nothing else`() throws {
        for url in [
            "http://metadata.google.internal/computeMetadata/v1/", "http://169.254.169.254/",
            "https://169.254.169.254/",
        ] {
            try AddressPolicy.cloudMetadata.check(url: url)
        }
        for text in [
            "169.254.169.253", "169.254.169.255", "127.0.0.1", "10.0.0.1", "8.8.8.8", "100.100.100.200",
            "::ffff:169.254.169.254", "fd00:ec2::254", "::1",
        ] {
            #expect(!AddressPolicy.cloudMetadata.allows(try #require(IPAddress(literal: text))), "\(text)")
        }
        let server = try #require(IPAddress(literal: "169.254.169.254"))
        #expect(AddressPolicy.cloudMetadata.allows(server))
        #expect(
            !AddressPolicy.allowPrivateNetworks.allows(server) && !AddressPolicy.publicOnly.allows(server)
        )
    }

    @Test func `this machine's own addresses are not public`() {
        let own = InterfaceAddresses.current()
        let gate = AddressGate(policy: .publicOnly)

        #expect(!own.isEmpty)
        for address in own { #expect(!gate.allows(address)) }
    }

    private func detail(of url: String, by policy: AddressPolicy) -> String {
        do {
            try policy.check(url: url)
            return ""
        } catch {
            return error.description
        }
    }

    private func refusal(of url: String, by policy: AddressPolicy) -> AddressPolicyError.Code? {
        do {
            try policy.check(url: url)
            return nil
        } catch {
            return error.code
        }
    }
}
