/// What the detector found at one time; also a sample without faces counts.
package struct FaceSample: Sendable, Hashable {
    package let timeMs: Int
    package let faces: [DetectedFace]

    package init(timeMs: Int, faces: [DetectedFace]) {
        self.timeMs = timeMs
        self.faces = faces
    }
}
