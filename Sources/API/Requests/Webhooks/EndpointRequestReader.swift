import Contracts
import OutboundHTTP
import Store

/// Reads the bodies of `POST /v1/webhook-endpoints` and `PATCH /v1/webhook-endpoints/{id}`.
struct EndpointRequestReader {
    let addressPolicy: AddressPolicy

    static let descriptionLengthMax = 500
    static let rateRange = 1...10_000
    static let inFlightRange = 1...100

    /// What a new endpoint is to be; nil, with a finding, when it cannot be.
    func read(
        _ value: JSONValue,
        findings: inout Findings
    ) -> (settings: EndpointSettings, secret: String?)? {
        guard var body = ObjectReader(value, at: "", findings: &findings) else { return nil }
        if body.value("url") == nil { findings.add("/url", "is required") }
        let secret = RotationRequestReader.readSecret(&body, findings: &findings)
        let change = readChange(&body, findings: &findings)
        body.finish(findings: &findings)
        guard let url = change.url else { return nil }
        var settings = EndpointSettings(url: url)
        change.apply(to: &settings)
        return (settings, secret)
    }

    /// What is to become of an endpoint: members that are left out stay as they are, those that are null are cleared.
    func readChange(_ value: JSONValue, findings: inout Findings) -> EndpointChange? {
        guard var body = ObjectReader(value, at: "", findings: &findings) else { return nil }
        if body.isNull("url") { findings.add("/url", "cannot be cleared") }
        let change = readChange(&body, findings: &findings)
        body.finish(findings: &findings)
        return change
    }

    private func readChange(_ body: inout ObjectReader, findings: inout Findings) -> EndpointChange {
        var change = EndpointChange()
        change.url = readURL(&body, findings: &findings)
        change.filter =
            body.isNull("event_types")
            ? .every : EventFilterReader.read(&body, "event_types", findings: &findings)
        if body.isNull("description") {
            change.description = .some(nil)
        } else if let text = body.string(
            "description",
            lengthMax: Self.descriptionLengthMax,
            findings: &findings
        ) {
            change.description = .some(text)
        }
        change.headers =
            body.isNull("headers") ? [:] : CustomHeaderReader.read(&body, "headers", findings: &findings)
        change.ratePerSecond = Self.limit(&body, "rate_per_second", in: Self.rateRange, findings: &findings)
        change.inFlightMax = Self.limit(&body, "in_flight_max", in: Self.inFlightRange, findings: &findings)
        change.ordering = readOrdering(&body, findings: &findings)
        change.pair = RotationRequestReader.readSignatures(&body, findings: &findings)
        return change
    }

    private func readURL(_ body: inout ObjectReader, findings: inout Findings) -> String? {
        let text = body.string("url", lengthMax: AddressPolicy.urlBytesMax, findings: &findings)
        guard let url = text else { return nil }
        addressPolicy.check(
            url,
            at: "/url",
            blocked: .endpointAddressBlocked,
            instead: "send them by 'headers', as authorization",
            findings: &findings
        )
        // It would never leave us, and what the owner meant by it would never arrive.
        if url.contains("#") {
            findings.add("/url", "must not have a fragment: what follows # is never sent")
        }
        return url
    }

    private func readOrdering(_ body: inout ObjectReader, findings: inout Findings) -> EndpointOrdering? {
        if body.isNull("ordering") { return EndpointOrdering.none }
        guard let text = body.string("ordering", findings: &findings) else { return nil }
        guard let ordering = EndpointOrdering(rawValue: text) else {
            let words = EndpointOrdering.allCases.map(\.rawValue).joined(separator: ", ")
            findings.add("/ordering", "must be one of \(words)")
            return nil
        }
        return ordering
    }

    private static func limit(
        _ body: inout ObjectReader,
        _ name: String,
        in range: ClosedRange<Int>,
        findings: inout Findings
    ) -> Int?? {
        if body.isNull(name) { return .some(nil) }
        return body.integer(name, in: range, findings: &findings).map { .some($0) }
    }
}
