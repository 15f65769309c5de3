/// Joins single sightings into faces that are followed through time: by overlap, and by nearness where a face moved.
struct FaceLinker {
    /// A face that was away for longer is another one.
    static let gapMsMax = 2_000
    /// How far a face may move between two sightings, in multiples of its size.
    static let moveMax = 0.8
    /// How much larger or smaller it may become, by area.
    static let growthMax = 4.0
    /// Of more faces in one picture the surest are taken.
    static let facesAtOnceMax = 100
    /// Of more faces that are followed at once the one that was seen least lately is let go.
    static let followedMax = 200

    private var open: [[FaceSighting]] = []
    private var closed: [[FaceSighting]] = []

    /// The faces that were seen more than once, by their first time.
    static func faces(_ sightings: [FaceSighting]) -> [SeenFace] {
        var linker = FaceLinker()
        var moment: [FaceSighting] = []
        // Equal times keep their order, so that the result never varies.
        for sighting in sightings.enumerated().sorted(by: {
            ($0.element.tMs, $0.offset) < ($1.element.tMs, $1.offset)
        }).map(\.element) {
            if let first = moment.first, first.tMs != sighting.tMs {
                linker.add(moment)
                moment = []
            }
            moment.append(sighting)
        }
        linker.add(moment)
        return (linker.closed + linker.open).filter { $0.count > 1 }
            .sorted { ($0[0].tMs, $0[0].x, $0[0].y) < ($1[0].tMs, $1[0].x, $1[0].y) }
            .enumerated()
            .map { SeenFace(id: "face-\($0.offset)", sightings: $0.element) }
    }

    /// Takes what was seen in one picture.
    private mutating func add(_ moment: [FaceSighting]) {
        guard let tMs = moment.first?.tMs else { return }
        closeAll { tMs - $0.tMs > Self.gapMsMax }
        let faces =
            moment.count > Self.facesAtOnceMax
            ? Array(moment.sorted { $0.score > $1.score }.prefix(Self.facesAtOnceMax)) : moment
        var taken = Set<Int>()
        var extended = Set<Int>()
        for pair in pairs(faces) where !taken.contains(pair.face) && !extended.contains(pair.track) {
            taken.insert(pair.face)
            extended.insert(pair.track)
            open[pair.track].append(faces[pair.face])
        }
        for (number, face) in faces.enumerated() where !taken.contains(number) { open.append([face]) }
        guard open.count > Self.followedMax else { return }
        let times = open.compactMap(\.last?.tMs).sorted(by: >)
        closeAll { $0.tMs < times[Self.followedMax - 1] }
    }

    private mutating func closeAll(_ isOver: (FaceSighting) -> Bool) {
        closed += open.filter { $0.last.map(isOver) ?? true }
        open.removeAll { $0.last.map(isOver) ?? true }
    }

    /// The pairs of a followed face and a seen one that may be one, the likeliest first.
    private func pairs(_ faces: [FaceSighting]) -> [(track: Int, face: Int)] {
        var found: [(track: Int, face: Int, likeness: Double)] = []
        for (track, seen) in open.enumerated() {
            guard let last = seen.last else { continue }
            for (number, face) in faces.enumerated() {
                if let likeness = Self.likeness(last, face) { found.append((track, number, likeness)) }
            }
        }
        return
            found
            .sorted { ($1.likeness, $0.track, $0.face) < ($0.likeness, $1.track, $1.face) }
            .map { ($0.track, $0.face) }
    }

    /// Overlap plus nearness of the centres; nil when the two are too far apart or too different in size.
    private static func likeness(_ a: FaceSighting, _ b: FaceSighting) -> Double? {
        let (areaA, areaB) = (a.width * a.height, b.width * b.height)
        guard areaA <= areaB * growthMax, areaB <= areaA * growthMax else { return nil }
        let size = max(a.width, a.height, b.width, b.height)
        let acrossX = (a.x + a.width / 2) - (b.x + b.width / 2)
        let acrossY = (a.y + a.height / 2) - (b.y + b.height / 2)
        let distance = (acrossX * acrossX + acrossY * acrossY).squareRoot() / size
        guard distance <= moveMax else { return nil }
        let width = min(a.x + a.width, b.x + b.width) - max(a.x, b.x)
        let height = min(a.y + a.height, b.y + b.height) - max(a.y, b.y)
        let shared = max(width, 0) * max(height, 0)
        return shared / (areaA + areaB - shared) + 1 - distance
    }
}
