import OutboundHTTP
import Testing

@testable import Providers

@Suite struct AnswerClassTests {
    private func answer(
        _ status: Int,
        _ headers: [(name: String, value: String)] = [],
        body: String = ""
    ) -> HTTPResponse {
        HTTPResponse(status: status, headers: headers, body: Array(body.utf8))
    }

    @Test(arguments: [
        (200, AnswerClass.success), (201, .success), (202, .success), (299, .success),
        (429, .busy), (529, .busy),
        (409, .away), (425, .away), (503, .away),
        (408, .unclear), (500, .unclear), (502, .unclear), (504, .unclear), (599, .unclear),
        (404, .unknown), (410, .unknown),
        (301, .refused), (400, .refused), (401, .refused), (402, .refused), (403, .refused), (413, .refused),
        (422, .refused),
    ])
    func `a status has one meaning`(status: Int, meaning: AnswerClass) {
        #expect(AnswerClass(answer(status)) == meaning)
    }

    @Test func `a provider's word whether to try again counts for more than the status`() {
        #expect(AnswerClass(answer(400, [("x-should-retry", "true")])) == .away)
        #expect(AnswerClass(answer(429, [("X-Should-Retry", "false")])) == .refused)
        #expect(AnswerClass(answer(503, [("x-should-retry", "FALSE")])) == .refused)
        // Neither makes an outcome known, nor a success of a failure.
        #expect(AnswerClass(answer(500, [("x-should-retry", "false")])) == .unclear)
        #expect(AnswerClass(answer(200, [("x-should-retry", "true")])) == .success)
        #expect(AnswerClass(answer(429, [("x-should-retry", "perhaps")])) == .busy)
    }

    @Test(arguments: [
        #"{"__type":"ThrottlingException","message":"Rate exceeded"}"#,
        #"{"__type":"com.amazonaws.transcribe#LimitExceededException"}"#,
    ])
    func `AWS throttles with status 400`(body: String) {
        #expect(AnswerClass(answer(400, body: body)) == .busy)
        #expect(AnswerClass(answer(403, body: body)) == .refused)
    }

    @Test func `a name of an error counts only where AWS puts it`() {
        #expect(AnswerClass(answer(400, [("x-amzn-errortype", "ThrottlingException:")])) == .busy)
        #expect(AnswerClass(answer(400, body: "no ThrottlingException here")) == .refused)
        #expect(AnswerClass(answer(400, body: #"{"__type":"BadRequestException"}"#)) == .refused)
    }

    @Test(arguments: [
        ("retry-after", "7", 7_000), ("retry-after", "0", 1_000), ("retry-after", "1.5", 1_500),
        ("retry-after", "3600", 120_000), ("retry-after-ms", "2500", 2_500), ("retry-after-ms", "1", 1_000),
        ("Retry-After-Ms", "9999999", 120_000),
    ])
    func `a wish to wait is read in seconds and in milliseconds`(name: String, value: String, expected: Int) {
        #expect(RetryAfterHeader.milliseconds(answer(429, [(name, value)])) == expected)
    }

    @Test(arguments: ["", "-1", "soon", "nan", "inf", "Wed, 21 Oct 2026 07:28:00 GMT"])
    func `a wish that is no number of seconds is none`(value: String) {
        #expect(RetryAfterHeader.milliseconds(answer(429, [("retry-after", value)])) == nil)
    }

    @Test func `milliseconds count for more than seconds`() {
        let both = answer(429, [("retry-after", "9"), ("retry-after-ms", "2000")])
        #expect(RetryAfterHeader.milliseconds(both) == 2_000)
    }
}
