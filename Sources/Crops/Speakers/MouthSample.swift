/// How much the mouth of one face moved between two pictures, beyond what the rest of the face did.
package struct MouthSample: Sendable, Hashable {
    package let trackID: Int
    package let timeMs: Int
    /// 0 for a still mouth; 1 where it changed as much as the face has contrast.
    package let motion: Double

    package init(trackID: Int, timeMs: Int, motion: Double) {
        self.trackID = trackID
        self.timeMs = timeMs
        self.motion = motion
    }
}
