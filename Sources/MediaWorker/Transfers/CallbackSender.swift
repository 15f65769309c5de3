import Contracts
import Foundation
import Logging
import OutboundHTTP
import Signatures

/// Tells the gateway how a task ended, signed and until it listens.
struct CallbackSender: Sendable {
    let transfers: Transfers
    let secret: WebhookSecret
    let logger: Logger

    /// Statuses that say that the gateway has the report or does not want it.
    static func isFinal(_ status: Int) -> Bool {
        (200...299).contains(status) || [404, 409, 410].contains(status)
    }

    func send(_ report: TaskReport, of task: ProviderTask) async {
        do {
            let body = try WireJSON.encode(report)
            let id = ResourceID.make(.callback)
            for delayMs in transfers.retries.delaysMs + [0] {
                if await isDelivered(id, body, task) { return }
                try await Task.sleep(for: .milliseconds(delayMs))
            }
            logger.error("the gateway did not take a report; its poll will", metadata: metadata(report))
        } catch {
            logger.warning("a report was not sent: \(error)", metadata: metadata(report))
        }
    }

    private func isDelivered(_ id: String, _ body: Data, _ task: ProviderTask) async -> Bool {
        let now = Int64(Date().timeIntervalSince1970)
        let signature = WebhookSignature.sign(id: id, timestamp: now, body: [UInt8](body), secret: secret)
        let headers: [(name: String, value: String)] = [
            ("content-type", "application/json"),
            (WebhookHeaders.idName, id),
            (WebhookHeaders.timestampName, String(now)),
            (WebhookHeaders.signatureName, signature),
        ]
        do {
            let status = try await transfers.callBack(task, headers: headers, body: body)
            if !Self.isFinal(status) { logger.warning("the gateway answered \(status) to a report") }
            return Self.isFinal(status)
        } catch {
            logger.warning("a report did not arrive: \(error)")
            return false
        }
    }

    private func metadata(_ report: TaskReport) -> Logger.Metadata {
        ["task": "\(report.taskId)", "state": "\(report.state.rawValue)"]
    }
}
