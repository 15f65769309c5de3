package import Contracts

/// What a moment must keep whoever asks for it: limits of the platform, not of one run's options.
package enum SketchRules {
    package static let countMax = 100
    package static let durationMs = 3_000...600_000
    package static let titleLengthMax = 60
    package static let hookLengthMax = 60
    package static let descriptionLengthMax = 2_200
    package static let hashtagsMax = 30
    package static let hashtagLengthMax = 100
    package static let reasonLengthMax = 500

    /// Everything wrong with the times of these moments that needs no transcript to see.
    ///
    /// `sourceEndMs` is nil while nobody knows how long the source is; moments in `exempt` may break the limits, as
    /// their plan's own moments do.
    package static func faults(
        of sketches: [MomentSketch],
        sourceEndMs: Int?,
        exempt: Set<Int> = []
    ) -> [Problem.Detail] {
        var faults: [Problem.Detail] = []
        for (index, sketch) in sketches.enumerated() where !exempt.contains(index) {
            faults += placeFaults(of: sketch, sourceEndMs: sourceEndMs)
        }
        return faults + overlaps(of: sketches)
    }

    private static func placeFaults(of sketch: MomentSketch, sourceEndMs: Int?) -> [Problem.Detail] {
        func fault(_ member: String, _ detail: String) -> Problem.Detail {
            Problem.Detail(pointer: "\(sketch.pointer)/\(member)", detail: detail)
        }
        var faults: [Problem.Detail] = []
        if let end = sourceEndMs {
            if sketch.startMs >= end {
                faults.append(fault("start_ms", "is not before the end of the source, at \(end) ms"))
            }
            if sketch.endMs > end {
                faults.append(fault("end_ms", "is behind the end of the source, at \(end) ms"))
            }
        }
        guard sketch.startMs >= 0 else { return faults + [fault("start_ms", "is before the source begins")] }
        let (lengthMs, isOverflow) = sketch.endMs.subtractingReportingOverflow(sketch.startMs)
        if isOverflow || lengthMs <= 0 {
            faults.append(fault("end_ms", "must be behind start_ms"))
        } else if !durationMs.contains(lengthMs) {
            faults.append(
                fault(
                    "end_ms",
                    "the moment lasts \(lengthMs) ms; it must last \(durationMs.lowerBound) to "
                        + "\(durationMs.upperBound) ms"
                )
            )
        }
        return faults
    }

    /// The later one in the list is at fault.
    private static func overlaps(of sketches: [MomentSketch]) -> [Problem.Detail] {
        var faults: [(index: Int, detail: Problem.Detail)] = []
        let sound = sketches.indices.filter { sketches[$0].startMs < sketches[$0].endMs }
            .sorted { (sketches[$0].startMs, $0) < (sketches[$1].startMs, $1) }
        var reaching: Int?
        for index in sound {
            if let other = reaching, sketches[index].startMs < sketches[other].endMs {
                let (first, later) = (min(index, other), max(index, other))
                faults.append(
                    (
                        later,
                        Problem.Detail(
                            pointer: "\(sketches[later].pointer)/start_ms",
                            detail:
                                "overlaps \(sketches[first].pointer), which goes from "
                                + "\(sketches[first].startMs) to \(sketches[first].endMs) ms"
                        )
                    )
                )
            }
            if reaching.map({ sketches[$0].endMs < sketches[index].endMs }) ?? true { reaching = index }
        }
        return faults.sorted { $0.index < $1.index }.map(\.detail)
    }
}
