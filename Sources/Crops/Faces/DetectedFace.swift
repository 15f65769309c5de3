/// One face found in one picture.
package struct DetectedFace: Sendable, Hashable {
    package var box: Rect
    /// How sure the detector is, 0 to 1.
    ///
    /// Which score is enough is the caller's choice; 0.7 served well.
    package var score: Double
    /// The two eyes, the nose, the two corners of the mouth; empty when unknown.
    package var landmarks: [Point]

    package init(box: Rect, score: Double, landmarks: [Point] = []) {
        self.box = box
        self.score = score
        self.landmarks = landmarks
    }

    /// The same face in a picture that is `factor` times as large, as when detection ran on a smaller copy.
    package func scaled(by factor: Double) -> DetectedFace {
        DetectedFace(
            box: box.scaled(by: factor),
            score: score,
            landmarks: landmarks.map { $0.scaled(by: factor) }
        )
    }
}
