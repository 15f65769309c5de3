import Contracts

/// Reads what a vision service answers and calls back with: `contracts/vision-report.schema.json`.
enum VisionServiceAnswers {
    static let clipsMax = 1_000
    static let tracksMax = 10_000

    struct Told: Sendable, Hashable {
        var jobId: String
        var state: State
    }

    enum State: Sendable, Hashable {
        case waiting
        /// 0 to 1.
        case running(Double)
        /// Nil in a report that leaves the faces out.
        case done([ClipFaces]?)
        case failed(Problem)
        /// A status word that the contract does not have.
        case unknown(String)
    }

    private struct Named: Decodable {
        var jobId: String
    }

    private struct Attempted: Decodable {
        var attemptId: String
    }

    private struct Trouble: Decodable {
        var detail: String?
        var message: String?
        var title: String?
    }

    /// `attempt` is the one that the report has to be about; `reader` counts its sightings.
    static func read(
        _ bytes: [UInt8],
        attempt: String,
        reader: SightingReader = SightingReader()
    ) throws(AnswerFault) -> Told {
        let report = try AnswerJSON.decodeWire(VisionReport.self, bytes)
        guard report.attemptId == attempt else { throw AnswerFault("it is about another attempt") }
        return Told(jobId: try ProviderId.required(report.jobId), state: try state(report, reader))
    }

    /// The id in a callback.
    static func id(ofCallback bytes: [UInt8]) -> String? {
        (try? AnswerJSON.decodeWire(Named.self, bytes)).flatMap { ProviderId.plain($0.jobId) }
    }

    /// What a callback calls the attempt that it is about.
    static func attemptId(ofCallback bytes: [UInt8]) -> String? {
        (try? AnswerJSON.decodeWire(Attempted.self, bytes))?.attemptId
    }

    /// Its own words about a refusal.
    static func words(_ bytes: [UInt8]) -> String? {
        let read = try? AnswerJSON.decodeWire(Trouble.self, bytes)
        return ProviderWords.first(read?.detail, read?.message, read?.title)
    }

    private static func state(
        _ report: VisionReport,
        _ reader: SightingReader
    ) throws(AnswerFault) -> State {
        switch VisionReport.Status(rawValue: report.status) {
        case .accepted: return .waiting
        case .running: return .running(share(report.progress))
        case .succeeded:
            guard let clips = report.clips else { return .done(nil) }
            do throws(AnswerFault) {
                return .done(try faces(clips, reader))
            } catch {
                throw error.ofResult
            }
        case .failed: return .failed(failure(report.error))
        case .cancelled:
            return .failed(
                Problem(
                    .providerRefused,
                    detail: "The vision service cancelled the work.",
                    retryable: true
                )
            )
        case nil: return .unknown(report.status)
        }
    }

    private static func faces(
        _ clips: [VisionReport.Clip],
        _ reader: SightingReader
    ) throws(AnswerFault) -> [ClipFaces] {
        guard clips.count <= clipsMax else { throw AnswerFault("it has more than \(clipsMax) clips") }
        var reader = reader
        var seen: [ClipFaces] = []
        for clip in clips {
            guard clip.tracks.count <= tracksMax else {
                throw AnswerFault("a clip has more than \(tracksMax) tracks")
            }
            var tracks: [SeenFace] = []
            for track in clip.tracks {
                var sightings: [FaceSighting] = []
                for sample in track.samples {
                    let sighting = try reader.read(
                        tMs: Double(sample.tMs),
                        box: sample.box,
                        score: sample.score,
                        mouthOpen: sample.mouth
                    )
                    if let sighting { sightings.append(sighting) }
                }
                tracks.append(SeenFace(id: "face-\(track.id)", sightings: sightings))
            }
            seen.append(ClipFaces(clip: clip.clip, tracks: tracks))
        }
        return seen
    }

    private static func share(_ progress: Double?) -> Double {
        guard let progress, progress.isFinite else { return 0 }
        return min(max(progress, 0), 1)
    }

    private static func failure(_ fault: VisionReport.Fault?) -> Problem {
        let code = fault.flatMap { ProviderWords.first($0.code) }.map { " (\($0))" } ?? ""
        let words = ProviderWords.first(fault?.message) ?? "it gave no reason"
        return Problem(
            .providerRefused,
            detail: "The vision service gave the work up\(code): \(words)",
            retryable: fault?.retryable ?? true
        )
    }
}
