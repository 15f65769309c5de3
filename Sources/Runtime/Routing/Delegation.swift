import Contracts
import Pipeline
import Providers
import Store

/// Which providers a job is given to now.
struct Delegation: Sendable {
    /// One, or two that do the same at once.
    let providers: [any Provider]
    let kind: ProviderTask.Kind
    /// Whether another one may be asked when these give up.
    let hasFallback: Bool

    /// Who does it, with the versions of what does it: a part of the fingerprint.
    var identity: String { providers.map { $0.identity(for: kind) }.joined(separator: " | ") }
}

extension RuntimeContext {
    /// The route of a run's transcription.
    func transcriptionRoute(of run: RunRecord) -> ProviderRoute {
        let choice = run.options.providers
        return ProviderRoute(
            asked: choice.transcription?.names ?? [],
            isRace: choice.transcriptionPick == .best,
            language: run.options.language,
            byLanguage: configuration.transcriptionByLanguage,
            standard: providers.standard(for: .transcribe)
        )
    }

    /// Whom a stage's job is given to, without those that have given it up.
    func delegation(
        of definition: StageDefinition,
        as kind: ProviderTask.Kind,
        run: RunRecord,
        gaveUp: [String] = []
    ) throws(Problem) -> Delegation {
        guard definition.performer == .transcription else {
            return Delegation(
                providers: [try provider(for: definition, run: run)],
                kind: kind,
                hasFallback: false
            )
        }
        let route = transcriptionRoute(of: run)
        let there = Set(providers.names(performing: kind))
        let gone = Set(gaveUp).union(route.candidates.filter { !there.contains($0) })
        let names: [String]
        let hasFallback: Bool
        switch route.next(without: gone) {
        case .ask(let name, let more): (names, hasFallback) = ([name], more)
        case .race(let first, let second, let more): (names, hasFallback) = ([first, second], more)
        case .exhausted:
            throw unknownProvider(route.candidates.joined(separator: ", "), kind)
        }
        return Delegation(
            providers: names.compactMap { providers[$0] },
            kind: kind,
            hasFallback: hasFallback
        )
    }

    func unknownProvider(_ name: String, _ kind: ProviderTask.Kind?) -> Problem {
        let known = kind.map(providers.names(performing:)) ?? providers.names
        return Problem(
            .unknownProvider,
            detail: "No provider '\(name)' does '\(kind?.rawValue ?? "this")' here; known: "
                + known.joined(separator: ", ") + "."
        )
    }
}
