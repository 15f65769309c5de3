/// Reads the sightings of faces out of an answer, within limits.
///
/// A box may hang over the edge of the picture. One that lies farther out is no share of the picture but pixels, and
/// then nothing of the answer can be used.
struct SightingReader {
    /// Six hours of a few people, five times a second.
    static let sightingsMax = 500_000
    static let timeMsMax = 86_400_000.0
    static let shareMax = 4.0
    private(set) var count = 0

    /// Nil for a box without an area.
    mutating func read(
        tMs: Double,
        box: [Double],
        score: Double,
        mouthOpen: Double? = nil
    ) throws(AnswerFault) -> FaceSighting? {
        guard count < Self.sightingsMax else {
            throw AnswerFault("it has more than \(Self.sightingsMax) sightings of faces")
        }
        count += 1
        guard tMs.isFinite, (-Self.timeMsMax...Self.timeMsMax).contains(tMs) else {
            throw AnswerFault("sighting \(count) has a time outside of a day")
        }
        guard box.count == 4, box.allSatisfy({ $0.isFinite && abs($0) <= Self.shareMax }) else {
            throw AnswerFault("the box of sighting \(count) is no four shares of the picture")
        }
        guard score.isFinite, (0...1).contains(score) else {
            throw AnswerFault("the score of sighting \(count) is not between 0 and 1")
        }
        guard box[2] > 0, box[3] > 0 else { return nil }
        return FaceSighting(
            tMs: Int(tMs.rounded()),
            x: box[0],
            y: box[1],
            width: box[2],
            height: box[3],
            score: score,
            mouthOpen: mouthOpen.flatMap { (0...1).contains($0) ? $0 : nil }
        )
    }
}
