import Contracts
import Foundation
import OutboundHTTP
import Signatures
import Testing

@testable import Providers

/// Holds our requests against those of the official Python client, which `make.py` wrote down.
@Suite struct RemotionPayloadTests {
    private struct Python {
        let members: [String: Any]

        init() throws {
            let data = try RenderBench.data("Tests/Fixtures/providers/remotion/python-client.json")
            members = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        }

        func part(_ name: String) throws -> [String: Any] { try #require(members[name] as? [String: Any]) }
    }

    private let settings = RemotionSettings(
        credentials: AWSCredentials(accessKeyId: "AKID", secretAccessKey: "s"),
        region: "eu-west-1",
        functionName: FakeRemotion.function,
        serveURL: "https://\(FakeRemotion.bucket).s3.eu-west-1.amazonaws.com/sites/clips",
        bucket: FakeRemotion.bucket
    )

    private func orders(_ settings: RemotionSettings, _ hosted: HostedShort) throws -> [RenderOrders] {
        try RemotionRequests(settings: settings)
            .orders(hosted, secret: RenderBench.secret, now: 1_700_000_000)
    }

    private func payload(_ orders: RenderOrders) throws -> [String: Any] {
        let body = Data(try #require(orders.start.body))
        return try #require(try JSONSerialization.jsonObject(with: body) as? [String: Any])
    }

    /// The example of the contract is the short in 9:16 alone.
    private func hosted() throws -> HostedShort {
        let task = try RenderBench.task(ratios: 1)
        var remotion = task
        remotion.callbackUrl = "https://gw.example/v1/callbacks/remotion/t0k3n"
        return try HostedShort(remotion, provider: "remotion")
    }

    @Test func `a start is what the Python client sends, member for member`() throws {
        var ours = try payload(try orders(settings, hosted())[0])
        var theirs = try Python().part("start")
        // Of the object that it writes with names of Python's own, Remotion reads none.
        var outName = try #require(theirs["outName"] as? [String: Any])
        outName["s3_output_provider"] = nil
        theirs["outName"] = outName
        let ourProps = try #require(ours.removeValue(forKey: "inputProps") as? [String: String])
        let theirProps = try #require(theirs.removeValue(forKey: "inputProps") as? [String: String])

        #expect(Set(ours.keys) == Set(theirs.keys))
        for (name, value) in theirs {
            #expect((ours[name] as? NSObject)?.isEqual(value) == true, "\(name)")
        }
        #expect(ourProps["type"] == "payload" && theirProps["type"] == "payload")
        let props = try AnyJSON(try #require(ourProps["payload"]).utf8)
        #expect(try props == AnyJSON(try #require(theirProps["payload"]).utf8))
    }

    @Test func `the props are those of the contract's example`() throws {
        let example = try RenderBench.exampleShort()
        let hosted = try RenderBench.hosted(ratios: 1) { short in
            let canvases = short.canvases
            short = example
            short.canvases = canvases
        }

        let props = try WireJSON.encode(RemotionRequests.input(hosted, hosted.short.canvases[0]))

        #expect(try AnyJSON(props) == AnyJSON(RenderBench.data("contracts/examples/remotion-input.json")))
    }

    @Test func `a question for the status is what the Python client sends`() throws {
        let request = try RemotionRequests(settings: settings).status("7-days-bnm12", now: 1)
        let theirs = try JSONSerialization.data(withJSONObject: try Python().part("status"))

        #expect(try AnyJSON(try #require(request.body)) == AnyJSON(theirs))
    }

    @Test func `props are uploaded beyond the Python client's own limit, under the name that it gives them`()
        throws
    {
        let python = try Python()
        #expect(python.members["inline_bytes_max"] as? Int == RemotionRequests.inlineBytesMax)
        let limit = RemotionRequests.inlineBytesMax
        let plain = try WireJSON.encode(
            RemotionRequests.input(try RenderBench.hosted(ratios: 1), try RenderBench.short().canvases[0])
        ).count

        for (excess, isUploaded) in [(0, false), (1, true)] {
            let padding = String(repeating: "x", count: limit - plain + excess)
            let order = try orders(settings, RenderBench.hosted(ratios: 1) { $0.title += padding })[0]
            let props = try #require(try payload(order)["inputProps"] as? [String: String])
            guard isUploaded else {
                #expect(order.uploads.isEmpty && props["payload"]?.utf8.count == limit)
                continue
            }
            let upload = try #require(order.uploads.first)
            let digest = SHA256Digest.hex(try #require(upload.body))
            let theirs = try python.part("long_start")
            #expect(
                Set(props.keys) == Set(theirs.keys)
                    && props["type"] == theirs["type"] as? String
                    && props["bucketName"] == theirs["bucketName"] as? String
            )
            #expect(props["hash"] == digest && upload.method == "PUT")
            #expect(
                upload.url
                    == "https://\(FakeRemotion.bucket).s3.eu-west-1.amazonaws.com/input-props/\(digest).json"
            )
            #expect(upload.body?.count == limit + 1)
        }
    }

    @Test func `requests go to the function and the bucket of the region, signed`() throws {
        let order = try orders(settings, hosted())[0]
        let base = "https://lambda.eu-west-1.amazonaws.com/2015-03-31/functions"

        #expect(order.start.url == "\(base)/\(FakeRemotion.function)/invocations")
        let signature = order.start.headers.first { $0.name == "authorization" }?.value
        #expect(signature?.contains("AKID/20231114/eu-west-1/lambda/aws4_request") == true)
        var dotted = settings
        dotted.bucket = "remotionlambda.one"
        #expect(
            RemotionRequests(settings: dotted).progress("r", now: 1).url
                == "https://s3.eu-west-1.amazonaws.com/remotionlambda.one/renders/r/progress.json"
        )
    }

    @Test func `all that Remotion sends back is ASCII, and short`() throws {
        let order = try orders(settings, RenderBench.hosted { $0.title = "Où l’été – 🍞" })[0]
        let start = try payload(order)
        let webhook = try #require(start["webhook"] as? [String: Any])
        let custom = try JSONSerialization.data(withJSONObject: try #require(webhook["customData"]))
        let key = try #require((start["outName"] as? [String: Any])?["key"] as? String)

        #expect(custom.allSatisfy { $0 < 0x80 } && custom.count <= 1_024)
        #expect(key.utf8.allSatisfy { $0 < 0x80 })
        #expect(start["privacy"] as? String == "private" && start["enableCancellation"] as? Bool == true)
        let props = try #require((start["inputProps"] as? [String: String])?["payload"])
        #expect(props.contains("Où l’été – 🍞"))
    }

    @Test(arguments: RemotionSettings.DeleteAfter.allCases)
    func `files lie where Remotion's own rule removes them`(after: RemotionSettings.DeleteAfter) throws {
        var settings = settings
        settings.deleteAfter = after
        let start = try payload(try orders(settings, hosted())[0])
        let key = (start["outName"] as? [String: Any])?["key"] as? String

        #expect(start["deleteAfter"] as? String == after.rawValue)
        #expect(key?.hasPrefix("renders/\(after.rawValue)") == true)
    }

    @Test(arguments: [(0, 1), (1, 1), (12, 12), (200, 200), (201, 200)])
    func `functions that work side by side are bounded`(asked: Int, kept: Int) throws {
        let settings = RemotionSettings(
            credentials: settings.credentials,
            region: "r",
            functionName: "f",
            serveURL: "s",
            bucket: "bucket",
            concurrency: asked
        )

        #expect(settings.concurrency == kept)
    }

    @Test func `a function count and frames for each exclude each other`() throws {
        var settings = settings
        settings.framesPerFunction = 40
        let start = try payload(try orders(settings, hosted())[0])

        #expect(start["framesPerLambda"] as? Int == 40 && start["concurrency"] is NSNull)
    }

    @Test func `what cannot be asked for is refused with the reason`() throws {
        func detail(_ change: (inout RemotionSettings) -> Void) -> String? {
            var settings = settings
            change(&settings)
            let problem = #expect(throws: Problem.self) { try orders(settings, hosted()) }
            return problem?.retryable == false ? problem?.detail : nil
        }

        #expect(detail { $0.compositions = [:] }?.contains("no composition is set for 9:16") == true)
        #expect(detail { $0.bucket = "Not a bucket" }?.contains("bucket") == true)
        #expect(detail { $0.functionName = "a/../b" }?.contains("function") == true)
    }

    @Test func `settings show no key`() {
        var settings = RemotionSettings(
            credentials: AWSCredentials(accessKeyId: "AKID", secretAccessKey: "k3y"),
            region: "r",
            functionName: "f",
            serveURL: "s",
            bucket: "bucket"
        )
        settings.licenseKey = Secret("l1cense")

        #expect(!"\(settings)".contains("k3y") && !"\(settings)".contains("l1cense"))
    }
}
