import Contracts
import Pipeline
import Providers
import Store

/// Which ratios of its short a render task gives.
struct GivenRatios: Sendable {
    let given: [AspectRatio]
    let missing: [AspectRatio]
    /// Why some are missing; nil where none is.
    let lack: Problem?

    /// All that the run asks for, unless the provider says of a completed task why some are missing.
    ///
    /// A hosted provider gives all or nothing. Throws the provider's own reason where there is none at all.
    init(_ report: TaskReport, of subject: SettleSubject) throws(Problem) {
        let asked = subject.stage == .render ? StageReads.ratios(of: subject.run) : []
        let provider = subject.context.providers[subject.task.provider]
        guard let error = report.error, let clip = subject.output?.clip, provider?.callbackMeaning != .signals
        else {
            (given, missing, lack) = (asked, [], nil)
            return
        }
        let names = Set(report.artifacts.map(\.name))
        func isGiven(_ ratio: AspectRatio) -> Bool {
            names.contains(ArtifactName.rendition(clip, ratio, fileExtension: "mp4").description)
        }
        given = asked.filter(isGiven)
        missing = asked.filter { !isGiven($0) }
        lack = missing.isEmpty ? nil : error
        if given.isEmpty { throw error }
    }
}
