package import Contracts

/// What the owner of an endpoint may set, and change later.
package struct EndpointSettings: Sendable, Hashable {
    package var url: String
    package var filter: EventFilter
    package var description: String?
    /// Names in lower case.
    package var headers: [String: String]
    /// Attempts begun in a second; nil is the gateway's own limit.
    package var ratePerSecond: Int?
    /// Attempts under way at once; nil is the gateway's own limit.
    package var inFlightMax: Int?
    package var ordering: EndpointOrdering
    package var pair: PairChange

    package init(
        url: String,
        filter: EventFilter = .every,
        description: String? = nil,
        headers: [String: String] = [:],
        ratePerSecond: Int? = nil,
        inFlightMax: Int? = nil,
        ordering: EndpointOrdering = .none,
        pair: PairChange = .keep
    ) {
        self.url = url
        self.filter = filter
        self.description = description
        self.headers = headers
        self.ratePerSecond = ratePerSecond
        self.inFlightMax = inFlightMax
        self.ordering = ordering
        self.pair = pair
    }
}

extension EndpointRecord {
    package var settings: EndpointSettings {
        EndpointSettings(
            url: url,
            filter: EventFilter(eventTypes),
            description: description,
            headers: headers,
            ratePerSecond: ratePerSecond,
            inFlightMax: inFlightMax,
            ordering: ordering
        )
    }
}
