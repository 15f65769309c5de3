import Contracts

/// An Ed25519 pair that is to be kept, as texts.
package struct NewKeyPair: Sendable, Hashable {
    package let secret: String
    package let publicKey: String

    package init(secret: String, publicKey: String) {
        self.secret = secret
        self.publicKey = publicKey
    }
}

/// What is to become of an endpoint's Ed25519 key.
package enum PairChange: Sendable, Hashable {
    case keep
    /// Gives it this one when it has none.
    case add(NewKeyPair)
    /// Takes it away, with the old ones, at once.
    case remove

    func changesNothing(of endpoint: EndpointRecord) -> Bool {
        switch self {
        case .keep: true
        case .add: endpoint.publicKey != nil
        case .remove: endpoint.publicKey == nil
        }
    }
}

/// A key that takes the place of the current one of its scheme.
package struct KeyRotation: Sendable, Hashable {
    package enum Key: Sendable, Hashable {
        case secret(String)
        case pair(NewKeyPair)
    }

    package let key: Key
    /// How long what it replaces, and what was replaced before, still signs.
    package let overlapSeconds: Int

    package init(key: Key, overlapSeconds: Int) {
        self.key = key
        self.overlapSeconds = overlapSeconds
    }

    var scheme: WebhookScheme {
        switch key {
        case .secret: .v1
        case .pair: .v1a
        }
    }

    var secret: String {
        switch key {
        case .secret(let text): text
        case .pair(let pair): pair.secret
        }
    }
}
