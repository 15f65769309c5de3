/// How the voice sounds in 1.6 s of speech.
package struct VoiceWindow: Sendable, Hashable {
    package static let dimensions = 256
    package static let lengthMs = 1600
    /// From one window to the next.
    package static let stepMs = 800

    package let startMs: Int
    /// A direction of length one; the nearer two are, the likelier is it one speaker.
    package let vector: [Float]

    package init(startMs: Int, vector: [Float]) {
        self.startMs = startMs
        self.vector = Self.normalised(vector)
    }

    package var middleMs: Int { startMs + Self.lengthMs / 2 }

    static func normalised(_ vector: [Float]) -> [Float] {
        let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return length > 0 ? vector.map { $0 / length } : vector
    }

    static func likeness(_ a: [Float], _ b: [Float]) -> Float {
        zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    }
}
