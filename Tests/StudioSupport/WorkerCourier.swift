import Contracts
import Foundation
import OutboundHTTP
import Signatures

/// Fetches the inputs of a task, makes its results, puts them at its upload address and calls back.
final class WorkerCourier: Sendable {
    private enum Failure: Error {
        case answered(Int, String)
        case changed(String)
        case noInput(String)
    }

    /// About twelve seconds: a gateway that is started again is back by then.
    private static let delaysMs = [30, 60, 120, 250, 500, 1_000, 2_000, 2_000, 3_000, 3_000]

    private static let timeouts = TransferTimeouts(connectMilliseconds: 1_000, totalMilliseconds: 3_000)

    private let secret: WebhookSecret
    private let log: WorkerLog
    private let http = HTTPClient(policy: .allowPrivateNetworks)

    init(secret: WebhookSecret, log: WorkerLog) {
        self.secret = secret
        self.log = log
    }

    func shutdown() { http.shutdown() }

    func deliverResults(of task: ProviderTask) async throws -> [TaskReport.Artifact] {
        for input in task.inputs where !input.name.hasSuffix(".json") { _ = try await fetch(input, task) }
        let results = try await Self.work.results(of: task) { name in
            guard let input = task.inputs.first(where: { $0.name == name }) else {
                throw Failure.noInput(name)
            }
            return try await fetch(input, task)
        }
        var delivered: [TaskReport.Artifact] = []
        for (name, data) in results.sorted(by: { $0.key < $1.key }) {
            delivered.append(try await upload(name, [UInt8](data), task))
        }
        return delivered
    }

    /// Sends the same signed message so often, each time until it is heard.
    func callBack(_ report: TaskReport, _ task: ProviderTask, times: Int) async {
        guard times > 0, let body = try? WireJSON.encode(report) else { return }
        let id = ResourceID.make(.callback)
        for _ in 0..<times {
            _ = try? await persist(finalStatuses: [404, 409, 410]) {
                let now = Int64(Date().timeIntervalSince1970)
                let signature = WebhookSignature.sign(
                    id: id,
                    timestamp: now,
                    body: [UInt8](body),
                    secret: secret
                )
                return HTTPRequest(
                    method: "POST",
                    url: task.callbackUrl,
                    headers: [
                        ("content-type", "application/json"), (WebhookHeaders.idName, id),
                        (WebhookHeaders.timestampName, "\(now)"), (WebhookHeaders.signatureName, signature),
                    ],
                    body: [UInt8](body)
                )
            }
        }
    }

    private func fetch(_ input: ProviderTask.Input, _ task: ProviderTask) async throws -> Data {
        let response = try await persist { HTTPRequest(url: input.url) }
        guard SHA256Digest.hex(response.body) == input.sha256, response.body.count == input.sizeBytes else {
            log.add(.wrong, task, detail: "input '\(input.name)' is not what the task says")
            throw Failure.changed(input.name)
        }
        return Data(response.body)
    }

    private func upload(
        _ name: String,
        _ bytes: [UInt8],
        _ task: ProviderTask
    ) async throws -> TaskReport.Artifact {
        let sha256 = SHA256Digest.hex(bytes)
        _ = try await persist {
            HTTPRequest(
                method: "PUT",
                url: "\(task.uploadUrl)/\(name)",
                headers: [("x-content-sha256", sha256), ("content-type", "application/octet-stream")],
                body: bytes
            )
        }
        return TaskReport.Artifact(name: name, sha256: sha256, sizeBytes: Int64(bytes.count))
    }

    /// Sends a request until it is answered, as the contract asks: again after a broken connection, 408, 429 and 5xx.
    private func persist(
        finalStatuses: Set<Int> = [],
        _ request: () -> HTTPRequest
    ) async throws -> HTTPResponse {
        var last: any Error = CancellationError()
        for delayMs in [0] + Self.delaysMs {
            try await Task.sleep(for: .milliseconds(delayMs))
            do {
                var request = request()
                request.timeouts = Self.timeouts
                let response = try await http.send(request)
                if (200..<300).contains(response.status) || finalStatuses.contains(response.status) {
                    return response
                }
                last = Failure.answered(
                    response.status,
                    String(decoding: response.body.prefix(300), as: UTF8.self)
                )
                guard [408, 429].contains(response.status) || response.status >= 500 else { throw last }
            } catch let error as TransferError {
                last = error
            }
        }
        throw last
    }

    /// Words and files that follow from the first input, and with it from the source.
    private static let work = FakeWork { task in
        let mark = String((task.inputs.first?.sha256 ?? "").prefix(6))
        return TranscriptMaker.transcript(SampleTalk.lines + [("speaker-0", "This was show \(mark).")])
    } file: { task, name in
        Data("\(name) of \(task.inputs.map(\.sha256).sorted().joined(separator: " "))".utf8)
    }
}
