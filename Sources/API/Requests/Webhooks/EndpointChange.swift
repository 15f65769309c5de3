import Contracts
import Store

/// What is to change of an endpoint: nil leaves a setting as it is, nil within clears it.
struct EndpointChange: Sendable {
    var url: String?
    var filter: EventFilter?
    var description: String??
    var headers: [String: String]?
    var ratePerSecond: Int??
    var inFlightMax: Int??
    var ordering: EndpointOrdering?
    var pair: PairChange?

    func apply(to settings: inout EndpointSettings) {
        if let url { settings.url = url }
        if let filter { settings.filter = filter }
        if let description { settings.description = description }
        if let headers { settings.headers = headers }
        if let ratePerSecond { settings.ratePerSecond = ratePerSecond }
        if let inFlightMax { settings.inFlightMax = inFlightMax }
        if let ordering { settings.ordering = ordering }
        if let pair { settings.pair = pair }
    }
}
