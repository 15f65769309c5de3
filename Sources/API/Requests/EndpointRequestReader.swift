import Contracts
import OutboundHTTP

/// Reads the body of `POST /v1/webhook-endpoints`.
struct EndpointRequestReader {
    let addressPolicy: AddressPolicy

    static let descriptionLengthMax = 500

    func read(_ value: JSONValue, findings: inout Findings) -> EndpointRequest? {
        guard var body = ObjectReader(value, at: "", findings: &findings) else { return nil }
        if body.value("url") == nil { findings.add("/url", "is required") }
        let url = body.string("url", lengthMax: AddressPolicy.urlBytesMax, findings: &findings)
        if let url { addressPolicy.check(url, at: "/url", findings: &findings) }
        let types = readTypes(&body, findings: &findings)
        let description = body.string(
            "description",
            lengthMax: Self.descriptionLengthMax,
            findings: &findings
        )
        let secret = RotationRequestReader.readSecret(&body, findings: &findings)
        body.finish(findings: &findings)
        guard let url else { return nil }
        return EndpointRequest(url: url, eventTypes: types, description: description, secret: secret)
    }

    private func readTypes(_ body: inout ObjectReader, findings: inout Findings) -> [String]? {
        guard let elements = body.array("event_types", countMax: 50, findings: &findings) else { return nil }
        var types: [String] = []
        for (pointer, value) in elements {
            guard
                let text = ObjectReader.string(value, at: pointer, lengthMax: 100, findings: &findings)
            else { continue }
            guard EventType(rawValue: text) != nil else {
                findings.add(pointer, "is not an event type; GET /v1/event-types lists them")
                continue
            }
            if !types.contains(text) { types.append(text) }
        }
        return types
    }
}
