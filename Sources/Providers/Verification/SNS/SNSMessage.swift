import Foundation
import Signatures

/// One message of Amazon SNS, as it is posted to an address that subscribed to a topic.
package struct SNSMessage: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        case notification = "Notification"
        case subscriptionConfirmation = "SubscriptionConfirmation"
        case unsubscribeConfirmation = "UnsubscribeConfirmation"
    }

    /// A message has at most 256 KiB, and its text is escaped once more.
    static let bodyBytesMax = 1 << 20
    static let idBytesMax = 128

    package let kind: Kind
    package let id: String
    package let topic: String
    package let subject: String?
    /// The text that was published.
    package let message: String
    package let timestamp: String
    let signatureVersion: String
    let signature: String
    let certificateURL: String
    let subscribeURL: String?
    let token: String?

    private struct Envelope: Decodable {
        enum CodingKeys: String, CodingKey {
            case kind = "Type"
            case id = "MessageId"
            case topic = "TopicArn"
            case subject = "Subject"
            case message = "Message"
            case timestamp = "Timestamp"
            case signatureVersion = "SignatureVersion"
            case signature = "Signature"
            case certificateURL = "SigningCertURL"
            case subscribeURL = "SubscribeURL"
            case token = "Token"
        }

        var kind: String
        var id: String
        var topic: String
        var subject: String?
        var message: String
        var timestamp: String
        var signatureVersion: String
        var signature: String
        var certificateURL: String
        var subscribeURL: String?
        var token: String?
    }

    init(_ body: [UInt8]) throws(CallbackDoubt) {
        guard body.count <= Self.bodyBytesMax else { throw CallbackDoubt("the message is too long") }
        guard let read = try? JSONDecoder().decode(Envelope.self, from: Data(body)) else {
            throw CallbackDoubt("the body is no message of SNS")
        }
        guard let kind = Kind(rawValue: read.kind) else {
            throw CallbackDoubt("the message is of a kind that is not known")
        }
        let isId = read.id.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0)
                || $0 == 0x2d
        }
        guard isId, (1...Self.idBytesMax).contains(read.id.utf8.count) else {
            throw CallbackDoubt("the message has no id that can be used")
        }
        self.kind = kind
        id = read.id
        topic = read.topic
        subject = read.subject
        message = read.message
        timestamp = read.timestamp
        signatureVersion = read.signatureVersion
        signature = read.signature
        certificateURL = read.certificateURL
        subscribeURL = read.subscribeURL
        token = read.token
    }

    /// The region in `arn:aws:sns:eu-west-1:123456789012:name`.
    var region: String? {
        let parts = topic.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", parts[1].hasPrefix("aws"), parts[2] == "sns" else {
            return nil
        }
        return String(parts[3])
    }

    /// The bytes that AWS signs: names and values of some members, each with a line feed behind it.
    var signedBytes: [UInt8] {
        let members: [(String, String?)] =
            switch kind {
            case .notification:
                [
                    ("Message", message), ("MessageId", id), ("Subject", subject), ("Timestamp", timestamp),
                    ("TopicArn", topic), ("Type", kind.rawValue),
                ]
            case .subscriptionConfirmation, .unsubscribeConfirmation:
                [
                    ("Message", message), ("MessageId", id), ("SubscribeURL", subscribeURL),
                    ("Timestamp", timestamp), ("Token", token), ("TopicArn", topic), ("Type", kind.rawValue),
                ]
            }
        let lines = members.compactMap { name, value in value.map { "\(name)\n\($0)\n" } }
        return Array(lines.joined().utf8)
    }

    /// Nil for a version that is not known.
    var algorithm: HashAlgorithm? {
        switch signatureVersion {
        case "1": .sha1
        case "2": .sha256
        default: nil
        }
    }
}
