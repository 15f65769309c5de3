package import Signatures

/// What an account at AWS is used with for Amazon Rekognition Video.
package struct RekognitionSettings: Sendable, Hashable {
    /// Where Rekognition tells that a job has ended.
    package struct Notifications: Sendable, Hashable {
        /// ARN of the topic of SNS; with AWS' own policy for the role its name begins with `AmazonRekognition`.
        package var topic: String
        /// ARN of the role by which Rekognition may publish to it.
        package var role: String

        package init(topic: String, role: String) {
            self.topic = topic
            self.role = role
        }
    }

    package var credentials: AWSCredentials
    /// Of the bucket that the artifacts are in: Rekognition reads from no other.
    package var region: String
    /// Without them the job is only asked for.
    package var notifications: Notifications?
    /// In place of AWS, for services that speak like it: `http://127.0.0.1:4566`.
    package var endpoint: String?

    package init(
        credentials: AWSCredentials,
        region: String,
        notifications: Notifications? = nil,
        endpoint: String? = nil
    ) {
        self.credentials = credentials
        self.region = region
        self.notifications = notifications
        self.endpoint = endpoint
    }
}
