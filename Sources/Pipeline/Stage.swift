/// One of the twelve stages of `shorts.v1`, spelled as on the wire.
package enum Stage: String, Sendable, Hashable, CaseIterable, Codable {
    case transcode
    case transcribe
    case segment
    case plan
    case enhancePlan = "enhance-plan"
    case prepareMedia = "prepare-media"
    case framing
    case audioPlan = "audio-plan"
    case enhanceBuild = "enhance-build"
    case prepareFinalize = "prepare-finalize"
    case compose
    case render
}
