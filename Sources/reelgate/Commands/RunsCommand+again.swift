import ArgumentParser
import Contracts
import Foundation

extension RunsCommand {
    struct Rerun: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Does a run again from a stage on, or in another style.",
            discussion: "Prints the new run's id; with --watch it follows that run to its end."
        )

        @Argument(help: "The run's id.")
        var id: String

        @Option(name: .customLong("from-stage"), help: "Where to enter; see `reelgate workflow show`.")
        var fromStage: String?

        @Option(help: "Style package, with a version if wanted: `default` or `default@1`.")
        var style: String?

        @Option(
            name: .customLong("idempotency-key"),
            help: "Key under which a repeated request makes no second run."
        )
        var idempotencyKey: String?

        @Flag(help: "Follows the run to its end.")
        var watch = false

        @OptionGroup var following: Following

        private struct Body: Encodable {
            let fromStage: String?
            let style: RunRequest.Style?
        }

        func run() async throws {
            let id = try PathArgument.id(id, .run)
            let client = try GatewayClient(settings: Settings())
            defer { client.shutdown() }
            let run = try await client.post(
                RunView.self,
                "/v1/runs/\(id)/rerun",
                body: Body(fromStage: fromStage, style: try style.map(Create.style)),
                idempotencyKey: idempotencyKey
            )
            if watch || following.download != nil {
                if !following.json { print("run \(run.id)") }
                try await following.follow(run.id, client: client)
            } else {
                print(run.id)
            }
        }
    }

    struct Reset: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Does a stage of a run again, and all that depends on it."
        )

        @Argument(help: "The run's id.")
        var id: String

        @Argument(help: "The stage; see `reelgate workflow show`.")
        var stage: String

        func run() async throws {
            let id = try PathArgument.id(id, .run)
            // A path must not be put together from anything else.
            guard stage.allSatisfy({ $0.isLowercase || $0 == "-" }) else {
                throw ValidationError("'\(stage)' is not a stage")
            }
            let client = try GatewayClient(settings: Settings())
            defer { client.shutdown() }
            let run = try await client.post(
                RunView.self,
                "/v1/runs/\(id)/jobs/\(stage)/reset",
                body: String?.none
            )
            print("run \(run.id): \(run.state)")
        }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Renders one failed short again.")

        @Argument(help: "The short's id, out_...")
        var id: String

        func run() async throws {
            let id = try PathArgument.id(id, .output)
            let client = try GatewayClient(settings: Settings())
            defer { client.shutdown() }
            let output = try await client.post(OutputView.self, "/v1/outputs/\(id)/retry", body: String?.none)
            print("short \(output.id): \(output.state)")
        }
    }
}
