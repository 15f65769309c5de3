import Contracts
import Foundation
import HTTPTypes
import Providers
import Signatures
import Store

extension CallbackRoutes {
    /// A callback as it came in.
    struct Arrival: Sendable {
        let provider: any Provider
        /// What the provider was given with the task; nil at the address that all tasks share.
        let secret: Secret?
        /// Of the token in its path; nil at the address that all tasks of a provider share.
        let tokenDigest: [UInt8]?
        let headers: HTTPFields
        let query: CallbackQuery
        /// Empty until it has been read.
        var body = Data()

        var bytes: [UInt8] { [UInt8](body) }

        /// As the adapter verifies it.
        var incoming: IncomingCallback {
            IncomingCallback(
                headers: CallbackHeaders(headers.map { ($0.name.canonicalName, $0.value) }),
                query: query,
                body: bytes,
                secret: secret
            )
        }

        func callback(
            messageId: String,
            trust: CallbackTrust,
            address: NewCallback.Address
        ) -> NewCallback {
            NewCallback(
                provider: provider.name,
                address: address,
                messageId: messageId,
                trust: trust.rawValue,
                query: query.text,
                headersJSON: keptHeaders,
                body: body,
                bodySha256: SHA256Digest.hex(body),
                read: { [provider, body] taskId, outputId in
                    // Its adapter answers with it in hand, which may take a request.
                    if provider.callbackMeaning == .signals { return .needsLook }
                    do throws(Problem) {
                        var report = try provider.report(
                            ofCallback: [UInt8](body),
                            taskId: taskId,
                            outputId: outputId
                        )
                        guard report.state.isTerminal else { return .report(report) }
                        // A success is proved by its files, and about a failure the provider is asked.
                        guard report.state == .completed, provider.keepsFiles else { return .needsLook }
                        report.warnings.append(provider.filesElsewhere)
                        return .report(report)
                    } catch {
                        return .unreadable(error.detail)
                    }
                }
            )
        }

        func refused(reason: String) -> RefusedCallback {
            RefusedCallback(
                provider: provider.name,
                tokenDigest: tokenDigest,
                headersJSON: keptHeaders,
                body: body,
                bodySha256: SHA256Digest.hex(body),
                reason: reason,
                // It may be the provider's after all, spoilt on its way.
                asks: provider.callbackMeaning == .signals
            )
        }

        /// The headers that tell who sent it and what was signed, as JSON; none that could hold a secret.
        private var keptHeaders: String {
            var text = "{"
            for field in headers where Self.isKept(field.name) {
                if text.utf8.count > 1 { text += "," }
                text += JSONText.quoted(field.name.canonicalName)
                text += ":"
                text += JSONText.quoted(String(field.value.prefix(WebhookHeaders.valueBytesMax)))
            }
            return text + "}"
        }

        private static let keptNames: Set<String> = ["content-type", "user-agent"]

        private static func isKept(_ name: HTTPField.Name) -> Bool {
            let name = name.canonicalName
            return keptNames.contains(name) || name.hasPrefix("webhook-")
                || name.hasPrefix("x-") && (name.hasSuffix("-timestamp") || name.hasSuffix("-signature"))
        }
    }
}
