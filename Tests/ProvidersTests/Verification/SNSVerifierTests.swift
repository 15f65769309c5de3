import Contracts
import Foundation
import LoopbackSupport
import OutboundHTTP
import Signatures
import Testing
import Threads

@testable import Providers

@Suite struct SNSVerifierTests {
    private static let topic = "arn:aws:sns:eu-west-1:123456789012:AmazonRekognition-gw"
    private static let certificateURL =
        "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123abcd.pem"
    private static let subscribeURL =
        "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=x&Token=t0k3n"
    private let now = Date()
    private let visited = Locked<[String]>([])

    /// A message in the making; `sign` comes last.
    private func message(
        _ changes: [String: String?] = [:],
        kind: String = "Notification"
    ) -> [String: String] {
        var members = [
            "Type": kind, "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324", "TopicArn": Self.topic,
            "Message": #"{"JobId":"6de0","Status":"SUCCEEDED"}"#, "Timestamp": Timestamp.format(now),
            "SignatureVersion": "2", "SigningCertURL": Self.certificateURL,
        ]
        if kind != "Notification" {
            members["SubscribeURL"] = Self.subscribeURL
            members["Token"] = "t0k3n"
        }
        for (name, value) in changes { members[name] = value }
        return members
    }

    private func sign(_ members: [String: String], by signer: RSASigner = .shared) -> [UInt8] {
        let names =
            members["Type"] == "Notification"
            ? ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]
            : ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
        let text = names.compactMap { name in members[name].map { "\(name)\n\($0)\n" } }.joined()
        var signed = members
        signed["Signature"] = Base64.encode(
            signer.sign(Array(text.utf8), withSHA1: members["SignatureVersion"] == "1")
        )
        return json(signed)
    }

    private func json(_ members: [String: String]) -> [UInt8] {
        (try? JSONEncoder().encode(members)).map { [UInt8]($0) } ?? []
    }

    private func verifier(
        status: Int = 200,
        pem: [UInt8] = RSASigner.shared.pem,
        topics: Set<String> = [topic]
    ) -> SNSVerifier {
        let send: SNSCertificates.Send = { [visited] request in
            visited.withLock { $0.append(request.url) }
            return HTTPResponse(status: status, headers: [], body: pem)
        }
        let certificates = SNSCertificates(now: { now }, send: send)
        return SNSVerifier(topics: topics, certificates: certificates, now: { now })
    }

    private func callback(_ body: [UInt8], kind: String? = "Notification") -> IncomingCallback {
        let headers = kind.map { [(name: "X-Amz-Sns-Message-Type", value: $0)] } ?? []
        return IncomingCallback(headers: CallbackHeaders(headers), body: body)
    }

    private func expectRejected(
        _ body: [UInt8],
        kind: String? = "Notification",
        by verifier: SNSVerifier? = nil,
        visits: Int = 0,
        _ what: Comment
    ) async {
        let before = visited.withLock(\.count)
        let verdict = await (verifier ?? self.verifier()).verify(callback(body, kind: kind))
        guard case .rejected = verdict else {
            Issue.record(what)
            return
        }
        #expect(visited.withLock(\.count) - before == visits, what)
    }

    @Test(arguments: ["1", "2"], [nil, "a subject"])
    func `a notification is believed by its signature`(version: String, subject: String?) async {
        let body = sign(message(["SignatureVersion": version, "Subject": subject]))

        let verdict = await verifier().verify(callback(body))

        #expect(
            verdict == .verified(messageId: "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324", trust: .signed)
        )
        #expect(SNSVerifier.message(of: body)?.message == #"{"JobId":"6de0","Status":"SUCCEEDED"}"#)
        #expect(visited.withLock(\.self) == [Self.certificateURL])
    }

    @Test func `a certificate is fetched once`() async {
        let verifier = verifier()
        for _ in 0..<3 { _ = await verifier.verify(callback(sign(message()))) }

        #expect(visited.withLock(\.count) == 1)
    }

    @Test func `what was changed or signed by another is not believed`() async {
        let signed = message()
        for name in ["Message", "MessageId", "Timestamp"] {
            var members = signed
            members[name] = name == "Timestamp" ? Timestamp.format(now - 1) : "other"
            let signature = signature(of: sign(signed))
            members["Signature"] = signature
            await expectRejected(json(members), visits: 1, "\(name) is not signed")
        }
        var subject = signed
        subject["Signature"] = signature(of: sign(signed))
        subject["Subject"] = "added"
        await expectRejected(json(subject), visits: 1, "a subject is added")
        await expectRejected(sign(signed, by: RSASigner()), visits: 1, "another key")
        for text in ["", "!", "AAAA", String((signature(of: sign(signed)) ?? "").dropLast(4))] {
            var members = signed
            members["Signature"] = text
            await expectRejected(json(members), visits: 1, "signature '\(text)'")
        }
        // The version says which hash it is.
        var downgraded = signed
        downgraded["Signature"] = signature(of: sign(signed))
        downgraded["SignatureVersion"] = "1"
        await expectRejected(json(downgraded), visits: 1, "another hash")
    }

    private func signature(of body: [UInt8]) -> String? { SNSVerifier.message(of: body)?.signature }

    @Test(arguments: [
        "http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem",
        "https://sns.eu-west-1.amazonaws.com.evil.test/SimpleNotificationService-1.pem",
        "https://sns.eu-west-1.amazonaws.com:8443/SimpleNotificationService-1.pem",
        "https://sns.eu-west-1.amazonaws.com@evil.test/SimpleNotificationService-1.pem",
        "https://evil.test/sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem",
        "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem",
        "https://snsxeu-west-1.amazonaws.com/SimpleNotificationService-1.pem",
        "https://sns.eu-west-1.amazonaws.com./SimpleNotificationService-1.pem",
        "https://bucket.s3.amazonaws.com/SimpleNotificationService-1.pem",
        "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem?x=1",
        "https://sns.eu-west-1.amazonaws.com/../SimpleNotificationService-1.pem",
        "https://sns.eu-west-1.amazonaws.com/?Action=Publish&TopicArn=x",
        "https://sns.eu-west-1.amazonaws.com/other.pem", "HTTPS://SNS.EU-WEST-1.AMAZONAWS.COM/x.pem",
        "file:///etc/passwd", "", "https://169.254.169.254/latest/meta-data",
    ])
    func `no certificate is fetched from elsewhere`(url: String) async {
        await expectRejected(sign(message(["SigningCertURL": url])), "it is fetched")
    }

    @Test func `only topics of ours are listened to, before anything is visited`() async {
        let other = Self.topic.replacing("123456789012", with: "999999999999")
        await expectRejected(sign(message(["TopicArn": other])), "another account's topic")
        await expectRejected(
            sign(message(["TopicArn": other], kind: "SubscriptionConfirmation")),
            kind: "SubscriptionConfirmation",
            "another account's subscription"
        )
        await expectRejected(sign(message()), by: verifier(topics: []), "no topic")
        let odd = "arn:aws:sns:evil.test/:1:x"
        await expectRejected(sign(message(["TopicArn": odd])), by: verifier(topics: [odd]), "an odd region")
    }

    @Test func `a subscription is confirmed at SNS only, once it is verified`() async {
        let kind = "SubscriptionConfirmation"
        let good = sign(message(kind: kind))

        #expect(await verifier().verify(callback(good, kind: kind)) == .settled("subscription confirmed"))
        #expect(visited.withLock(\.self) == [Self.certificateURL, Self.subscribeURL])
        for url in [
            "https://evil.test/?Action=ConfirmSubscription&Token=t", "https://sns.eu-west-1.amazonaws.com/",
            "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&Token=t",
            "https://sns.eu-west-1.amazonaws.com/?Action=DeleteTopic&TopicArn=x",
            "http://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=t",
        ] {
            await expectRejected(sign(message(["SubscribeURL": url], kind: kind)), kind: kind, "\(url)")
        }
        await expectRejected(sign(message(["SubscribeURL": nil], kind: kind)), kind: kind, "no address")
        await expectRejected(
            sign(message(kind: kind), by: RSASigner()),
            kind: kind,
            visits: 1,
            "a stranger's subscription is visited"
        )
    }

    @Test func `the end of a subscription is taken note of and not undone`() async {
        let kind = "UnsubscribeConfirmation"

        let verdict = await verifier().verify(callback(sign(message(kind: kind)), kind: kind))

        #expect(verdict == .settled("unsubscribed"))
        #expect(visited.withLock(\.self) == [Self.certificateURL])
    }

    @Test func `what cannot be fetched now is not refused for good, nor asked for without end`() async {
        let away = verifier(status: 503)
        for _ in 0..<3 {
            guard case .undecided = await away.verify(callback(sign(message()))) else {
                Issue.record("it was decided")
                return
            }
        }
        #expect(visited.withLock(\.count) == 1)
        guard case .undecided = await verifier(pem: [1, 2]).verify(callback(sign(message()))) else {
            Issue.record("it was decided")
            return
        }
    }

    @Test func `a certificate counts between its times only`() async {
        let expired = RSASigner(from: -200, to: -100)

        await expectRejected(
            sign(message(), by: expired),
            by: verifier(pem: expired.pem),
            visits: 1,
            "an expired certificate"
        )
    }

    @Test func `a message is taken for a day, and a little before its time`() async {
        for (age, isGood) in [(86_390.0, true), (-290, true), (86_410, false), (-310, false)] {
            let body = sign(message(["Timestamp": Timestamp.format(now.addingTimeInterval(-age))]))
            let verdict = await verifier().verify(callback(body))
            if case .verified = verdict {
                #expect(isGood)
            } else {
                #expect(!isGood)
            }
        }
        await expectRejected(sign(message(["Timestamp": "yesterday"])), "no time")
    }

    @Test func `kind and form of a message are what they say`() async {
        let good = sign(message())
        await expectRejected(good, kind: "SubscriptionConfirmation", "header and body differ")
        await expectRejected(good, kind: nil, "no header")
        await expectRejected(sign(message(["Type": "Other"])), kind: "Other", "another kind")
        await expectRejected(sign(message(["SignatureVersion": "3"])), "another version")
        await expectRejected(sign(message(["MessageId": "a/../b\n"])), "an odd id")
        await expectRejected(sign(message(["MessageId": ""])), "no id")
        await expectRejected(Array("{".utf8), "half a message")
        await expectRejected([], "nothing")
        await expectRejected(
            good + [UInt8](repeating: 32, count: SNSMessage.bodyBytesMax),
            "a message without end"
        )
    }

    @Test func `strangers' addresses do not fill the memory`() async {
        let send: SNSCertificates.Send = { _ in HTTPResponse(status: 404, headers: [], body: []) }
        let certificates = SNSCertificates(now: { now }, send: send)
        for number in 0..<100 { _ = await certificates.certificate(at: "https://x/\(number)") }

        #expect(certificates.keptCount == SNSCertificates.keptMax)
    }
}
