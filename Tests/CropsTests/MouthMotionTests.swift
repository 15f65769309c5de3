import Crops
import Testing

@Suite struct MouthMotionTests {
    private let regions = FacePath.Regions(
        mouth: Rect(x: 20, y: 60, width: 30, height: 20),
        brow: Rect(x: 15, y: 20, width: 40, height: 20)
    )

    /// Stripes, moved sideways by so many pixels in the mouth and in the rest, and brighter by `light`.
    private func picture(
        mouth: Int = 0,
        rest: Int = 0,
        light: Int = 0,
        contrast: Int = 60
    ) -> MouthMotion.Picture? {
        var bytes: [UInt8] = []
        for y in 0..<100 {
            for x in 0..<100 {
                let isMouth = (20..<50).contains(x) && (60..<80).contains(y)
                let at = x + (isMouth ? mouth : rest)
                bytes.append(UInt8(100 + light + (at / 4).isMultiple(of: 2).asInt * contrast))
            }
        }
        return MouthMotion.Picture(grey: bytes, width: 100, height: 100)
    }

    private func measure(_ a: MouthMotion.Picture?, _ b: MouthMotion.Picture?) throws -> Double? {
        MouthMotion.measure(regions, from: try #require(a), to: try #require(b))
    }

    @Test func `a mouth that changes is motion, a head that moves as a whole is not`() throws {
        #expect(try measure(picture(), picture(mouth: 4)) ?? 0 > 0.5)
        #expect(try measure(picture(), picture(mouth: 2, rest: 2)) ?? 1 < 0.1)
        #expect(try measure(picture(), picture(rest: 4)) == 0)
        #expect(try measure(picture(), picture()) == 0)
    }

    @Test func `light that changes is no motion, and weak contrast counts like strong`() throws {
        #expect(try measure(picture(), picture(light: 40)) == 0)
        let strong = try #require(try measure(picture(contrast: 80), picture(mouth: 4, contrast: 80)))
        let weak = try #require(try measure(picture(contrast: 20), picture(mouth: 4, contrast: 20)))
        #expect(abs(strong - weak) < 0.05)
    }

    @Test func `a face without contrast, at the edge or too small tells nothing`() throws {
        #expect(try measure(picture(contrast: 2), picture(mouth: 4, contrast: 2)) == nil)
        let whole = try #require(picture())
        for mouth in [
            Rect(x: -2, y: 60, width: 30, height: 20), Rect(x: 80, y: 60, width: 30, height: 20),
            Rect(x: 20, y: 60, width: 3, height: 20),
        ] {
            let odd = FacePath.Regions(mouth: mouth, brow: regions.brow)
            #expect(MouthMotion.measure(odd, from: whole, to: whole) == nil)
        }
    }

    @Test func `a picture of too few bytes is none`() {
        #expect(MouthMotion.Picture(grey: [1, 2, 3], width: 2, height: 2) == nil)
        func bgr(_ count: Int) -> MouthMotion.Picture? {
            MouthMotion.Picture(bgr: Array(repeating: 0, count: count), width: 2, height: 2, stride: 6)
        }
        #expect(bgr(11) == nil && bgr(12) != nil)
    }

    @Test func `between samples the mouth is where the face has got to`() throws {
        func hit(_ time: Int, _ x: Int) -> FaceTrack.Hit {
            let box = Rect(x: x, y: 100, width: 100, height: 120)
            let marks = [(30, 45), (70, 45), (50, 70), (36, 96), (64, 96)]
            let landmarks = marks.map { Point(x: x + $0.0, y: 100 + $0.1) }
            return FaceTrack.Hit(
                timeMs: time,
                face: DetectedFace(box: box, score: 0.9, landmarks: landmarks)
            )
        }
        let hits = [hit(1000, 200), hit(1400, 240), hit(4000, 240)]
        let path = FacePath(FaceTrack(id: 0, shotIndex: 0, hits: hits, samplesInShot: 9))

        let between = try #require(path.regions(at: 1200))
        #expect(between.mouth == Rect(x: 245, y: 178, width: 50, height: 36))
        #expect(between.brow.bottom <= between.mouth.y)
        #expect(path.regions(at: 700) != nil && path.regions(at: 500) == nil)
        #expect(path.regions(at: 2500) == nil)
        #expect(path.regions(at: 4300) != nil && path.regions(at: 4500) == nil)
    }
}

extension Bool {
    fileprivate var asInt: Int { self ? 1 : 0 }
}
