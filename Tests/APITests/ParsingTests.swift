import Contracts
import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import API

@Suite struct ParsingTests {
    @Test(arguments: [
        (nil, ByteRange.whole), ("bytes=0-0", .part(0..<1)), ("bytes=0-99", .part(0..<10)),
        ("bytes=9-", .part(9..<10)), ("bytes=-3", .part(7..<10)), ("bytes=-99", .part(0..<10)),
        ("bytes=10-", .unsatisfiable), ("bytes=-0", .unsatisfiable), ("bytes=5-2", .whole),
        ("bytes=0-1,3-4", .whole), ("items=0-1", .whole), ("bytes=a-b", .whole), ("bytes=-", .whole),
        ("bytes=1-99999999999999999999", .part(1..<10)), ("Bytes = 2 - 3", .part(2..<4)),
    ])
    func `a range header is one part, the whole or impossible`(
        _ header: String?,
        _ expected: ByteRange
    ) {
        #expect(ByteRange.parse(header, size: 10) == expected)
    }

    @Test func `empty content has no part`() {
        #expect(ByteRange.parse("bytes=0-", size: 0) == .unsatisfiable)
        #expect(ByteRange.parse("bytes=-1", size: 0) == .unsatisfiable)
    }

    @Test(arguments: [
        ("abc", "abc"), ("\"abc\"", "abc"), (" \"a\\\"b\\\\\" ", "a\"b\\"),
        (String(repeating: "k", count: 255), String(repeating: "k", count: 255)),
    ])
    func `an idempotency key is taken bare or quoted`(_ header: String, _ expected: String) throws {
        #expect(try IdempotencyKey.parse(Self.request(header)) == expected)
    }

    @Test(arguments: [
        "", "\"\"", "\"abc", "\"a\\b\"", "\"a\"b\"", "\"abc\\\"", String(repeating: "k", count: 256),
    ])
    func `any other idempotency key is refused`(_ header: String) {
        #expect(throws: Problem.self) { try IdempotencyKey.parse(Self.request(header)) }
    }

    @Test func `no key is no claim`() throws {
        let request = Request(
            head: HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/"),
            body: RequestBody(buffer: ByteBuffer())
        )

        #expect(try IdempotencyKey.parse(request) == nil)
    }

    private static func request(_ key: String) -> Request {
        Request(
            head: HTTPRequest(
                method: .post,
                scheme: nil,
                authority: nil,
                path: "/v1/runs",
                headerFields: [.idempotencyKey: key]
            ),
            body: RequestBody(buffer: ByteBuffer())
        )
    }

    @Test func `a given bound moves the default of the other`() {
        func filled(_ shorts: ShortsOptions) -> ShortsOptions {
            RunOptions(filling: RunRequest(source: RunRequest.Source(), shorts: shorts)).shorts
        }

        let few = filled(ShortsOptions(maxCount: 5))
        #expect(few.maxCount == 5 && few.targetCount == nil)
        let many = filled(ShortsOptions(targetCount: 60))
        #expect(many.maxCount == 60)
        let brief = filled(ShortsOptions(maxDurationMs: 9_000))
        #expect(brief.minDurationMs == 9_000)
        let long = filled(ShortsOptions(minDurationMs: 120_000))
        #expect(long.maxDurationMs == 120_000)
    }

    @Test func `a million mistakes are told by the hundred`() throws {
        let members = (0..<1_000).map { "\"m\($0)\":1" }.joined(separator: ",")
        let value = try JSONValue(parsing: .init("{\(members)}".utf8))
        var findings = Findings()
        let reader = ObjectReader(value, at: "", findings: &findings)
        reader?.finish(findings: &findings)

        #expect(findings.all.count == Findings.countMax)
    }
}
