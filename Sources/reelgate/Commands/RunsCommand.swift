import ArgumentParser
import Contracts
import Foundation

/// `reelgate runs`: the customer's way through a run, from the command line.
struct RunsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "Creates and watches runs, and does them again.",
        subcommands: [Create.self, Watch.self, Rerun.self, Reset.self, Retry.self]
    )

    /// What both subcommands do once a run exists.
    struct Following: ParsableArguments {
        @Option(help: "Folder that the finished clips are downloaded into.")
        var download: String?

        @Flag(help: "Prints the finished run and its shorts as JSON instead of a table.")
        var json = false

        /// Exits with 1 unless every short is rendered.
        func follow(_ id: String, client: GatewayClient) async throws {
            // JSON goes to standard output alone, so progress moves out of its way.
            let display =
                json
                ? ProgressDisplay(isTerminal: isatty(STDERR_FILENO) == 1, output: .standardError)
                : ProgressDisplay(isTerminal: isatty(STDOUT_FILENO) == 1)
            let watcher = RunWatcher(client: client, display: display)
            let run = try await watcher.follow(id)
            let report = ShortsReport(outputs: try await watcher.outputs(of: id))
            if json {
                struct Result: Encodable {
                    let run: RunView
                    let outputs: [OutputView]
                }
                let result = try WireJSON.encodePretty(Result(run: run, outputs: report.outputs))
                print(String(decoding: result, as: UTF8.self))
            } else {
                tell(run, report)
            }
            if let download {
                let paths = try await report.download(into: download, with: client)
                if !json { print("\(paths.count) files in \(download)") }
            }
            if run.state != "fully_generated" || !report.isComplete { throw ExitCode(1) }
        }

        private func tell(_ run: RunView, _ report: ShortsReport) {
            print("\nrun \(run.id): \(run.state)")
            for warning in run.warnings { print("warning: \(warning.detail)") }
            if let error = run.error { print("error: \(error.title): \(error.detail)") }
            if !report.outputs.isEmpty { print("\n\(report.table)\n") }
            if run.delivery.rendered > 0 {
                print("\(run.delivery.ready) of \(run.delivery.rendered) rendered shorts are ready to post")
            }
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Uploads a file, or links a URL, and posts a run.",
            discussion: "Prints the run's id; with --watch it follows the run to its end."
        )

        @Argument(help: "A video file, or an http or https URL.")
        var source: String

        @Option(help: "Style package, with a version if wanted: `default` or `default@1`.")
        var style: String?

        @Option(help: "How many shorts to aim for.")
        var count: Int?

        @Option(name: .customLong("min-seconds"), help: "Shortest short.")
        var minSeconds: Double?

        @Option(name: .customLong("max-seconds"), help: "Longest short.")
        var maxSeconds: Double?

        @Option(help: "Ratios, separated by commas: 9:16,1:1,16:9.")
        var ratios: String?

        @Option(help: "Language of the speech, as `en`; detected when left out.")
        var language: String?

        @Option(
            name: .customLong("idempotency-key"),
            help: "Key under which a repeated request makes no second run."
        )
        var idempotencyKey: String?

        @Flag(help: "Follows the run to its end.")
        var watch = false

        @OptionGroup var following: Following

        func run() async throws {
            let client = try GatewayClient(settings: Settings())
            defer { client.shutdown() }
            let request = try await request(client)
            let run = try await client.post(
                RunView.self,
                "/v1/runs",
                body: request,
                idempotencyKey: idempotencyKey
            )
            if watch || following.download != nil {
                if !following.json { print("run \(run.id)") }
                try await following.follow(run.id, client: client)
            } else {
                print(run.id)
            }
        }

        private func request(_ client: GatewayClient) async throws -> RunRequest {
            let isURL = source.hasPrefix("http://") || source.hasPrefix("https://")
            let from =
                isURL
                ? RunRequest.Source(url: source)
                : RunRequest.Source(assetId: try await client.uploadAsset(readableFile()).id)
            return RunRequest(
                source: from,
                style: try style.map(Self.style),
                shorts: ShortsOptions(
                    targetCount: count,
                    minDurationMs: minSeconds.map { Int($0 * 1_000) },
                    maxDurationMs: maxSeconds.map { Int($0 * 1_000) },
                    aspectRatios: try ratios.map(Self.ratios)
                ),
                language: language
            )
        }

        private func readableFile() throws -> String {
            guard FileManager.default.isReadableFile(atPath: source) else {
                throw ValidationError("there is no readable file '\(source)'")
            }
            return source
        }

        static func style(_ text: String) throws -> RunRequest.Style {
            let parts = text.split(separator: "@", maxSplits: 1)
            guard let name = parts.first else { throw ValidationError("'\(text)' names no style") }
            guard parts.count == 2 else { return RunRequest.Style(package: String(name)) }
            let version = String(parts[1])
            return RunRequest.Style(
                package: String(name),
                version: Int(version).map { .number($0) } ?? .label(version)
            )
        }

        private static func ratios(_ text: String) throws -> [AspectRatio] {
            try text.split(separator: ",").map { part in
                guard let ratio = AspectRatio(rawValue: String(part)) else {
                    throw ValidationError("'\(part)' is no ratio; there are 9:16, 1:1 and 16:9")
                }
                return ratio
            }
        }
    }

    struct Watch: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Follows a run to its end and shows its shorts."
        )

        @Argument(help: "The run's id.")
        var id: String

        @OptionGroup var following: Following

        func run() async throws {
            let id = try PathArgument.id(id, .run)
            let client = try GatewayClient(settings: Settings())
            defer { client.shutdown() }
            try await following.follow(id, client: client)
        }
    }
}
