import Contracts
import Media

/// Cuts a piece of the source around each moment of the plan, without encoding it again.
struct PrepareMediaHandler: TaskHandler {
    func run(_ context: TaskContext) async throws {
        let source = try await context.input("media.mp4")
        let plan = try await context.decode(Plan.self, from: "plan.json")
        guard plan.moments.count <= ClipWork.clipsMax else {
            throw Problem(.artifactInvalid, detail: "the plan has more than \(ClipWork.clipsMax) moments")
        }
        try await ClipWork(context: context).each(plan.moments) { moment in
            try await prepare(moment, source, context)
        }
    }

    private func prepare(_ moment: Plan.Moment, _ source: String, _ context: TaskContext) async throws {
        guard let name = ArtifactName(parsing: "clip-media/\(moment.clip).mp4"), name.clip == moment.clip
        else {
            throw Problem(.artifactInvalid, detail: "the plan has a clip with a name of another shape")
        }
        let path = context.scratch("\(moment.clip).mp4")
        let cancel = context.isCancelled
        let cut = try await context.blocking {
            try ClipCutter.cut(
                source: source,
                startMs: moment.startMs,
                endMs: moment.endMs,
                to: path,
                cancel: cancel
            )
        }
        guard let video = cut.probe.video, let rate = video.frameRate else {
            throw Problem(.stageFailed, detail: "\(moment.clip) has no pictures", retryable: false)
        }
        try await context.upload(name, file: path)
        try await context.upload(
            ArtifactName("clip-media", clip: moment.clip),
            json: ClipMedia(
                clip: moment.clip,
                sourceStartMs: moment.startMs,
                sourceEndMs: moment.startMs + cut.durationMs,
                leadMs: cut.leadMs,
                durationMs: cut.durationMs,
                width: video.width,
                height: video.height,
                fpsNum: rate.numerator,
                fpsDen: rate.denominator
            )
        )
    }
}
