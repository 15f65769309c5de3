import Contracts
import Editorial
import Providers

/// One adapter, as operators name it and set it up.
struct ProviderKind: Sendable {
    /// What its providers do.
    enum Work: String, Sendable, Hashable, CaseIterable {
        case transcribe
        case frame
        case render
        case plan
        /// All that needs media: the worker's.
        case media
    }

    /// What comes of setting a provider up.
    enum Made: Sendable {
        case provider(any Provider)
        case model(any LanguageModel, HostedLimits)
        /// The gateway has its connection to the worker already.
        case worker
    }

    /// Name of the kind, and of a provider of this kind that only the environment sets up.
    let name: String
    let work: Work
    /// Its own, and those that all with its work have.
    let members: [ProviderMember]
    /// Whether it fetches from links of the gateway and calls it back, so that it has to be reached from outside.
    let reachesGateway: Bool
    /// Whether variables alone set one up; else only the file does.
    let isSetByEnvironment: Bool
    let make: @Sendable (ProviderValues, ProviderParts) throws -> Made

    init(
        _ name: String,
        does work: Work,
        _ members: [ProviderMember],
        reachesGateway: Bool = true,
        isSetByEnvironment: Bool = true,
        make: @escaping @Sendable (ProviderValues, ProviderParts) throws -> Made
    ) {
        self.name = name
        self.work = work
        self.members = members + work.members
        self.reachesGateway = reachesGateway
        self.isSetByEnvironment = isSetByEnvironment
        self.make = make
    }

    func member(_ name: String) -> ProviderMember? { members.first { $0.name == name } }

    /// The name of the variable for a member of the provider that is called `provider`.
    static func variable(_ member: ProviderMember, of provider: String) -> String {
        "REELGATE_\(prefix(of: provider))_\(member.variable)"
    }

    static func prefix(of provider: String) -> String { provider.uppercased().replacing("-", with: "_") }

    /// The variables of the provider that is called as its kind, as settings.
    var settings: [Setting] {
        members.map { member in
            Setting(
                "\(Self.prefix(of: name))_\(member.variable)",
                nil,
                "\(name): \(member.help)\(member.standard.map { "; default: \($0)" } ?? "")",
                isSecret: member.isSecret
            )
        }
    }

    /// What sets one up, as the end of a sentence.
    var remedy: String {
        let needed = members.filter(\.isNeeded).map { Self.variable($0, of: name) }
        let variables =
            isSetByEnvironment && !needed.isEmpty ? "set \(needed.joined(separator: " and ")), or " : ""
        return "\(variables)add it to the file that \(Setting.providersFile.name) names"
    }
}

extension ProviderKind.Work {
    /// Members of all providers that do this work.
    var members: [ProviderMember] {
        switch self {
        case .transcribe, .frame: Self.taskMembers + [Self.minutesPerDay]
        case .render: Self.taskMembers + [Self.rendersPerDay]
        case .plan: Self.questionMembers
        case .media: []
        }
    }

    private static let taskMembers = [
        ProviderMember("concurrency", .number(1...10_000), "tasks that it has at once"),
        ProviderMember("requests_per_minute", .number(1...100_000), "tasks that it is given in a minute"),
        ProviderMember(
            "poll_seconds",
            .number(2...3_600),
            "longest pause between two questions about a task",
            standard: "its kind's"
        ),
    ]
    private static let questionMembers = [
        ProviderMember("concurrency", .number(1...10_000), "questions that it has at once"),
        ProviderMember("requests_per_minute", .number(1...100_000), "questions that it is asked in a minute"),
    ]
    private static let minutesPerDay = ProviderMember(
        "minutes_per_day",
        .number(1...10_000_000),
        "minutes of media that it is given in a day of UTC"
    )
    private static let rendersPerDay = ProviderMember(
        "renders_per_day",
        .number(1...10_000_000),
        "shorts that it is given in a day of UTC"
    )
}
