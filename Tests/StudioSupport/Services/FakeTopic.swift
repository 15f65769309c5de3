import Foundation
package import LoopbackSupport
import Signatures

/// A topic of Amazon SNS that posts what is published to it, signed.
package struct FakeTopic: Sendable {
    package static let certificateURL =
        "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123abcd.pem"
    package let arn: String
    package let signer: RSASigner

    package init(
        arn: String = "arn:aws:sns:eu-west-1:123456789012:AmazonRekognition-gw",
        signer: RSASigner = .shared
    ) {
        self.arn = arn
        self.signer = signer
    }

    /// `time` is written as SNS writes it: RFC 3339 in UTC.
    package func notification(_ message: String, id: String, time: String) -> FakeCallback {
        var members = [
            "Type": "Notification", "MessageId": id, "TopicArn": arn, "Message": message, "Timestamp": time,
            "SignatureVersion": "2", "SigningCertURL": Self.certificateURL,
        ]
        let names = ["Message", "MessageId", "Timestamp", "TopicArn", "Type"]
        let signed = names.map { "\($0)\n\(members[$0] ?? "")\n" }.joined()
        members["Signature"] = Base64.encode(signer.sign(Array(signed.utf8)))
        var forged = members
        forged["Signature"] = Base64.encode(signer.sign(Array("\(signed)?".utf8)))
        return FakeCallback(
            url: "",
            headers: [
                ("x-amz-sns-message-type", "Notification"), ("content-type", "text/plain; charset=UTF-8"),
            ],
            body: Self.text(members),
            forgedBody: Self.text(forged)
        )
    }

    private static func text(_ members: [String: String]) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(members)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
