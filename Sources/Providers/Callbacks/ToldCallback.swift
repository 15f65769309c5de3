/// A callback that was believed, for an adapter that answers with it what its task has come to.
package struct ToldCallback: Sendable, Hashable {
    package let trust: CallbackTrust
    package let query: CallbackQuery
    package let body: [UInt8]

    package init(trust: CallbackTrust, query: CallbackQuery = CallbackQuery(""), body: [UInt8]) {
        self.trust = trust
        self.query = query
        self.body = body
    }

    /// Whether what it says may be taken for what the provider said; if not, the provider has to be asked.
    package var isTheProvidersWord: Bool { trust != .capability }
}
