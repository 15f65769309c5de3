import Contracts
package import Foundation
import Signatures

/// Messages of Amazon SNS: an RSA signature over some members, by a key whose certificate is named in the message.
///
/// Everything in a message is a stranger's until its signature is checked, so it names its certificate in vain unless
/// its topic is one of ours and the address is one of SNS in the topic's region.
package struct SNSVerifier: CallbackVerifier {
    /// SNS sends a message again for hours; each is taken once, by its id.
    package static let ageSecondsMax: Int64 = 86_400
    package static let aheadSecondsMax: Int64 = 300
    package static let kindHeader = "x-amz-sns-message-type"
    private let topics: Set<String>
    private let certificates: SNSCertificates
    private let now: @Sendable () -> Date

    /// `topics` are the ARNs of the topics that may send; a subscription to any other is not confirmed.
    package init(
        topics: Set<String>,
        certificates: SNSCertificates,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.topics = topics
        self.certificates = certificates
        self.now = now
    }

    package func verify(_ callback: IncomingCallback) async -> CallbackVerdict {
        let message: SNSMessage
        do throws(CallbackDoubt) {
            message = try checked(callback)
        } catch {
            return .rejected(reason: error.reason)
        }
        guard let certificate = await certificates.certificate(at: message.certificateURL) else {
            return .undecided(reason: "the certificate cannot be fetched now")
        }
        guard certificate.isValid(at: Int64(now().timeIntervalSince1970)) else {
            return .rejected(reason: "the certificate is not good at this time")
        }
        guard let algorithm = message.algorithm, let signature = Base64.decode(message.signature),
            certificate.verifies(signature, of: message.signedBytes, using: algorithm)
        else { return .rejected(reason: CallbackDoubt.mismatch.reason) }
        return await verdict(of: message)
    }

    /// The text of a notification that was verified before.
    package static func message(of body: [UInt8]) -> SNSMessage? { try? SNSMessage(body) }

    /// All that can be told without the certificate.
    private func checked(_ callback: IncomingCallback) throws(CallbackDoubt) -> SNSMessage {
        let message = try SNSMessage(callback.body)
        guard try callback.single(Self.kindHeader) == message.kind.rawValue else {
            throw CallbackDoubt("header '\(Self.kindHeader)' says another kind than the message")
        }
        guard topics.contains(message.topic), let region = message.region else {
            throw CallbackDoubt("the topic is not one of those that may send")
        }
        guard SNSAddress.isCertificate(message.certificateURL, region: region) else {
            throw CallbackDoubt("the certificate's address is not one of SNS")
        }
        guard message.algorithm != nil else { throw CallbackDoubt("the signature is of an unknown version") }
        guard let time = Timestamp.parse(message.timestamp) else {
            throw CallbackDoubt("the message has no time")
        }
        let age = now().timeIntervalSince(time)
        guard age <= Double(Self.ageSecondsMax), age >= -Double(Self.aheadSecondsMax) else {
            throw CallbackDoubt("the message's time is too far away")
        }
        if message.kind == .subscriptionConfirmation {
            guard let url = message.subscribeURL, message.token != nil,
                SNSAddress.isConfirmation(url, region: region)
            else { throw CallbackDoubt("the address that confirms the subscription is not one of SNS") }
        }
        return message
    }

    /// What a message of SNS asks for whose signature is good.
    private func verdict(of message: SNSMessage) async -> CallbackVerdict {
        switch message.kind {
        case .notification: return .verified(messageId: message.id, trust: .signed)
        case .subscriptionConfirmation:
            guard let url = message.subscribeURL, await certificates.confirm(url) else {
                return .undecided(reason: "the subscription cannot be confirmed now")
            }
            return .settled("subscription confirmed")
        // To visit its address would subscribe again.
        case .unsubscribeConfirmation: return .settled("unsubscribed")
        }
    }
}
