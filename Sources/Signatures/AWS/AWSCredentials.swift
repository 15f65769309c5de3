/// The pair of keys that signs requests to AWS and to stores that speak like it.
///
/// Its description has neither the secret nor the token.
package struct AWSCredentials: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    package let accessKeyId: String
    let secretAccessKey: String

    /// Of keys that were lent for some time.
    let sessionToken: String?

    package init(accessKeyId: String, secretAccessKey: String, sessionToken: String? = nil) {
        self.accessKeyId = accessKeyId
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
    }

    package var description: String { "AWS credentials '\(accessKeyId)'" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["accessKeyId": accessKeyId]) }
}
