/// What a hosted provider made, in words that no provider's format shows through.
///
/// A worker uploads its results; what a hosted provider made is fetched, and kept by the runtime.
package enum ProviderResult: Sendable, Hashable {
    case transcript(HeardTranscript)
    case faces([ClipFaces])
    /// Faces of the whole source, in its time: whoever keeps them cuts the clips out.
    case sourceFaces([SeenFace])
    case renditions([RenderedFile])
}
