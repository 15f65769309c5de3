import Foundation
import Postgres

/// An endpoint as far as it matters for sending to it.
package struct DeliveryTarget: Sendable, Hashable {
    package let endpointId: String
    package let tenantId: String
    package let url: String
    /// The current secret first; those that expire are to be left out from then on.
    package let keys: [SigningKey]
    /// Grows with each change that its owner makes, also by pausing and enabling it.
    package let version: Int
    /// Attempts begun a second; nil is no limit.
    package let ratePerSecond: Int?
    /// Attempts under way at once; nil is the gateway's own limit.
    package let inFlightMax: Int?
    /// The messages of a run go out one after the other.
    package let isOrdered: Bool
    /// Headers that the endpoint's owner wants beside ours; names in lower case.
    package let headers: [String: String]

    /// Of the table `endpoints` under the name `e`.
    static let columns = """
        e.id AS endpoint_id, e.tenant_id, e.url, e.rate_per_second, e.in_flight_max, e.ordering = 'run' AS is_ordered,
        nullif(e.headers, '{}') AS headers, \(version) AS version, \(SigningKey.columns)
        """

    /// The time of the last change in microseconds.
    static let version = "(extract(epoch FROM e.updated_at) * 1000000)::bigint"

    init(_ row: Row) throws {
        endpointId = try row.get("endpoint_id")
        tenantId = try row.get("tenant_id")
        url = try row.get("url")
        keys = try [SigningKey](row)
        version = try row.get("version")
        ratePerSecond = try row.get("rate_per_second")
        inFlightMax = try row.get("in_flight_max")
        isOrdered = try row.get("is_ordered")
        headers = try row.optionalJSON("headers") ?? [:]
    }

    package init(
        endpointId: String,
        tenantId: String,
        url: String,
        keys: [SigningKey],
        version: Int = 0,
        ratePerSecond: Int? = nil,
        inFlightMax: Int? = nil,
        isOrdered: Bool = false,
        headers: [String: String] = [:]
    ) {
        self.endpointId = endpointId
        self.tenantId = tenantId
        self.url = url
        self.keys = keys
        self.version = version
        self.ratePerSecond = ratePerSecond
        self.inFlightMax = inFlightMax
        self.isOrdered = isOrdered
        self.headers = headers
    }
}
