import OutboundHTTP

/// The requests to Amazon Rekognition Video, in its JSON protocol, each signed.
struct RekognitionRequests: Sendable {
    /// Faces on one page: as many as there may be.
    static let pageSize = 1_000
    let settings: RekognitionSettings

    /// Its names are those of the API.
    private struct Order: Encodable {
        enum CodingKeys: String, CodingKey {
            case video = "Video"
            case token = "ClientRequestToken"
            case tag = "JobTag"
            case attributes = "FaceAttributes"
            case channel = "NotificationChannel"
        }

        struct Video: Encodable {
            enum CodingKeys: String, CodingKey {
                case object = "S3Object"
            }

            var object: Object
        }

        struct Object: Encodable {
            enum CodingKeys: String, CodingKey {
                case bucket = "Bucket"
                case name = "Name"
            }

            var bucket: String
            var name: String
        }

        struct Channel: Encodable {
            enum CodingKeys: String, CodingKey {
                case topic = "SNSTopicArn"
                case role = "RoleArn"
            }

            var topic: String
            var role: String
        }

        var video: Video
        var token: String
        var tag: String
        var attributes = "DEFAULT"
        var channel: Channel?
    }

    private struct Question: Encodable {
        enum CodingKeys: String, CodingKey {
            case id = "JobId"
            case max = "MaxResults"
            case token = "NextToken"
        }

        var id: String
        var max = RekognitionRequests.pageSize
        var token: String?
    }

    /// The same token with the same order is the same job, however often it is sent.
    func start(_ token: String, video: S3Object, now: Int64) throws -> HTTPRequest {
        let order = Order(
            video: Order.Video(object: Order.Object(bucket: video.bucket, name: video.key)),
            token: token,
            tag: token,
            channel: settings.notifications.map { Order.Channel(topic: $0.topic, role: $0.role) }
        )
        return try service.request("StartFaceDetection", order, now: now)
    }

    func page(_ id: String, token: String?, now: Int64) throws -> HTTPRequest {
        try service.request("GetFaceDetection", Question(id: id, token: token), now: now)
    }

    private var service: AWSJSONService {
        AWSJSONService(
            credentials: settings.credentials,
            region: settings.region,
            name: "rekognition",
            target: "RekognitionService",
            endpoint: settings.endpoint
        )
    }
}
