package import Signatures

/// What an account at AWS is used with for Amazon Transcribe.
package struct AWSTranscribeSettings: Sendable, Hashable {
    package var credentials: AWSCredentials
    package var region: String
    /// Where transcripts are put; without it AWS keeps them, behind links that work for a quarter of an hour.
    package var outputBucket: String?
    /// Begins the keys in that bucket.
    package var outputPrefix: String
    /// Role that reads the media, for jobs that wait in line.
    package var dataAccessRole: String?
    /// Speakers that are told apart at most, 2 to 30; nil to label none.
    package var speakersMax: Int?
    /// Of a callback by an EventBridge API destination: the value of its header `authorization`.
    package var callbackSecret: Secret?
    /// Topics of SNS that callbacks may come through.
    package var topics: Set<String>
    /// In place of AWS, for services that speak like it: `http://127.0.0.1:4566`.
    package var endpoint: String?

    package init(
        credentials: AWSCredentials,
        region: String,
        outputBucket: String? = nil,
        outputPrefix: String = "reelgate/transcripts/",
        dataAccessRole: String? = nil,
        speakersMax: Int? = 10,
        callbackSecret: Secret? = nil,
        topics: Set<String> = [],
        endpoint: String? = nil
    ) {
        self.credentials = credentials
        self.region = region
        self.outputBucket = outputBucket
        self.outputPrefix = outputPrefix
        self.dataAccessRole = dataAccessRole
        self.speakersMax = speakersMax.map { min(max($0, 2), 30) }
        self.callbackSecret = callbackSecret
        self.topics = topics
        self.endpoint = endpoint
    }
}
