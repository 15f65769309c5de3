package import Foundation

/// A task as the gateway dispatches it: `POST {worker}/v1/tasks` of `contracts/provider.openapi.yaml`.
package struct ProviderTask: Codable, Sendable, Hashable {
    package enum Kind: String, Codable, Sendable, CaseIterable {
        case transcode
        case transcribe
        case segment
        case prepareMedia = "prepare-media"
        case framing
        case audioPlan = "audio-plan"
        case render
    }

    /// Something the task reads, fetched from a signed link.
    package struct Input: Codable, Sendable, Hashable {
        /// Name of an artifact (`media.mp4`, `clip-media/clip-01.json`), `source`, or that of a `StyleAsset`.
        package var name: String
        package var url: String
        package var sha256: String
        package var sizeBytes: Int64

        package init(name: String, url: String, sha256: String, sizeBytes: Int64) {
            self.name = name
            self.url = url
            self.sha256 = sha256
            self.sizeBytes = sizeBytes
        }
    }

    /// What the task is told beside its inputs; each kind reads its own members.
    package struct Parameters: Codable, Sendable, Hashable {
        private enum CodingKeys: String, CodingKey {
            case durationMsMax, language, aspectRatios, short
        }

        /// transcode: longest source that is taken.
        package var durationMsMax: Int?
        /// transcribe: BCP 47 tag, nil to detect.
        package var language: String?
        /// framing: ratios to give crops for.
        package var aspectRatios: [AspectRatio]?
        /// render: the short.
        package var short: Composition.Short?
        /// framing: what the inputs `clip-media/*.json` say, for providers that read no artifacts.
        ///
        /// It is not on the wire to a worker, which reads them.
        package var clips: [ClipMedia]?

        package init(
            durationMsMax: Int? = nil,
            language: String? = nil,
            aspectRatios: [AspectRatio]? = nil,
            short: Composition.Short? = nil,
            clips: [ClipMedia]? = nil
        ) {
            self.durationMsMax = durationMsMax
            self.language = language
            self.aspectRatios = aspectRatios
            self.short = short
            self.clips = clips
        }
    }

    package var taskId: String
    package var attempt: Int
    package var kind: Kind
    package var deadline: Date
    /// Signed reports go here; the last part is this task's own token.
    package var callbackUrl: String
    /// Results go to `{upload_url}/{artifact name}` by PUT.
    package var uploadUrl: String
    package var inputs: [Input]
    package var parameters: Parameters
    /// The short that a render task is for.
    package var outputId: String?

    package init(
        taskId: String,
        attempt: Int,
        kind: Kind,
        deadline: Date,
        callbackUrl: String,
        uploadUrl: String,
        inputs: [Input],
        parameters: Parameters,
        outputId: String? = nil
    ) {
        self.taskId = taskId
        self.attempt = attempt
        self.kind = kind
        self.deadline = deadline
        self.callbackUrl = callbackUrl
        self.uploadUrl = uploadUrl
        self.inputs = inputs
        self.parameters = parameters
        self.outputId = outputId
    }
}
