import Artifacts
import Contracts
import Editorial
import Foundation
import Logging
import OutboundHTTP
import Pipeline
import Providers
import Store
import Threads

/// What the parts of one runtime share.
struct RuntimeContext: Sendable {
    let store: Store
    let artifacts: any ArtifactStore
    let providers: ProviderRegistry
    let editorial: EditorialRegistry
    let sources: HTTPClient
    let links: LinkMinter
    /// For providers that reach the gateway from elsewhere.
    let publicLinks: LinkMinter
    let tokens: TaskTokens
    let configuration: RuntimeConfiguration
    let wake: WakeSignal
    let logger: Logger
    let now: @Sendable () -> Date
    /// A number from 0 to 1 that spreads retries.
    let jitter: @Sendable () -> Double

    /// The provider that a run's stage is delegated to.
    func provider(for definition: StageDefinition, run: RunRecord) throws(Problem) -> any Provider {
        let choice = run.options.providers
        let name: String? =
            switch definition.performer {
            case .runtime, .worker: nil
            // Has a route of its own.
            case .transcription: nil
            case .vision: choice.vision
            case .render: choice.render
            }
        let kind = ProviderTask.Kind(rawValue: definition.stage.rawValue)
        let asked = name ?? providers.standard(for: kind)
        guard let provider = providers[asked], kind.map(provider.performs) ?? true else {
            throw unknownProvider(asked, kind)
        }
        return provider
    }

    /// A task that is ready to be stored; its id, and with it its token, is new.
    func newTask(
        kind: ProviderTask.Kind,
        provider: any Provider,
        mediaMs: Int?,
        hasFallback: Bool = false
    ) -> NewTask {
        let id = ResourceID.make(.task, now: now())
        return NewTask(
            id: id,
            provider: provider.name,
            kind: kind.rawValue,
            tokenDigest: tokens.digest(taskId: id),
            deadlineMs: providers.pollSchedule(of: provider, for: kind, mediaMs: mediaMs).deadlineMs,
            submission: provider.submission,
            hasFallback: hasFallback
        )
    }

    /// The problem with what helps, where the provider is a hosted one.
    func advised(_ problem: Problem, of provider: String) -> Problem {
        providers[provider].map { ProviderAdvice.adding(to: problem, of: $0) } ?? problem
    }

    /// Called after a commit that may have made work; the store itself tells of messages.
    func announce() {
        wake.wake()
    }
}
