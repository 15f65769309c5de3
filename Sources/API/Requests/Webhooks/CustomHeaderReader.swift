/// Reads the headers that an endpoint's owner wants to be sent with every attempt.
///
/// What steers the transfer, says whom the request comes from or is signed is ours alone. `authorization` is allowed:
/// it is how many receivers let anybody in.
enum CustomHeaderReader {
    static let countMax = 20
    static let nameBytesMax = 64
    static let valueBytesMax = 1_024
    static let bytesMax = 4_096

    private static let denied: Set<String> = [
        "host", "connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "http2-settings",
        "expect", "user-agent", "cookie", "cookie2", "set-cookie", "forwarded", "via", "x-real-ip",
        "traceparent",
        "tracestate", "baggage", "accept-encoding", "range", "date", "x-http-method-override",
        "x-method-override", "x-request-id",
    ]
    private static let deniedPrefixes = [
        "content-", "webhook-", "proxy-", "x-forwarded-", "sec-", "if-", "reelgate-",
    ]

    /// Names come back in lower case; nil when the member is left out.
    static func read(
        _ body: inout ObjectReader,
        _ member: String,
        findings: inout Findings
    ) -> [String: String]? {
        guard var map = body.object(member, findings: &findings) else { return nil }
        let names = map.names
        guard names.count <= countMax else {
            findings.add(map.pointer, "has more than \(countMax) headers")
            return nil
        }
        var headers: [String: String] = [:]
        for name in names {
            let pointer = map.pointer(to: name)
            let value = map.value(name) ?? .null
            guard let lower = checked(name: name, at: pointer, findings: &findings) else { continue }
            guard headers[lower] == nil else {
                findings.add(pointer, "is given twice; letter case makes no difference")
                continue
            }
            headers[lower] = checked(value: value, at: pointer, findings: &findings)
        }
        let bytes = headers.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
        if bytes > bytesMax {
            findings.add(map.pointer, "has \(bytes) bytes in all; \(bytesMax) are the most")
        }
        return headers
    }

    private static func checked(name: String, at pointer: String, findings: inout Findings) -> String? {
        guard (1...nameBytesMax).contains(name.utf8.count) else {
            findings.add(pointer, "a header's name has 1 to \(nameBytesMax) bytes")
            return nil
        }
        guard name.utf8.allSatisfy(isTokenByte) else {
            findings.add(pointer, "is not a header's name: letters, digits and - _ . are allowed")
            return nil
        }
        let name = name.lowercased()
        guard !denied.contains(name), !deniedPrefixes.contains(where: name.hasPrefix) else {
            findings.add(pointer, "is set by the gateway or its connection; choose another name")
            return nil
        }
        return name
    }

    private static func checked(
        value: JSONValue,
        at pointer: String,
        findings: inout Findings
    ) -> String? {
        guard
            let text = ObjectReader.string(value, at: pointer, lengthMax: valueBytesMax, findings: &findings)
        else { return nil }
        // A line break would begin a header, or a request, of the sender's own making.
        guard text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            findings.add(pointer, "must be printable ASCII, without line breaks")
            return nil
        }
        guard text.first != " ", text.last != " " else {
            findings.add(pointer, "begins or ends with a space, which no receiver sees")
            return nil
        }
        return text
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
