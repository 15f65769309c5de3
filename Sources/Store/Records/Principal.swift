/// Who a request comes from.
package struct Principal: Sendable, Hashable {
    package let keyId: String
    package let tenantId: String
    package let scopes: Set<String>

    package init(keyId: String, tenantId: String, scopes: Set<String>) {
        self.keyId = keyId
        self.tenantId = tenantId
        self.scopes = scopes
    }
}
