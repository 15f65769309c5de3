/// A finished short in one ratio.
package struct RenderedFile: Sendable, Equatable {
    package var path: String
    package var width: Int
    package var height: Int
    package var frames: Int
    package var durationMs: Int
    package var frameRate: FrameRate
    package var fileBytes: Int
}
