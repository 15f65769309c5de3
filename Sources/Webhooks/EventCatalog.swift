package import Contracts
package import Foundation

/// Every type of event that subscribers may get, with the schema of its payload.
package enum EventCatalog {
    /// One type of event.
    package struct Entry: Sendable, Hashable {
        package let type: EventType
        package let description: String

        /// Grows when a member of the payload goes away or changes its meaning.
        package let version: Int

        /// A JSON Schema (draft 2020-12) that needs no other file.
        package let schemaJSON: Data

        /// One whole event of this type.
        package let exampleJSON: Data
    }

    /// In the order in which a run brings them, as in `webhooks/catalog.yaml`.
    package static let entries: [Entry] = EventType.allCases.map { type in
        Entry(
            type: type,
            description: type.summary,
            version: 1,
            schemaJSON: schema(of: type),
            exampleJSON: example(of: type)
        )
    }

    /// The answer to `GET /v1/event-types`, a page of `{name, description, version, schema, example}`.
    ///
    /// Put together as text: the schemas are JSON already and must keep the names of their members.
    package static let responseJSON: Data = {
        let texts = entries.map { entry in
            """
            {"name":"\(entry.type.rawValue)","description":"\(entry.description)","version":\(entry.version),\
            "schema":\(String(decoding: entry.schemaJSON, as: UTF8.self)),\
            "example":\(String(decoding: entry.exampleJSON, as: UTF8.self))}
            """
        }
        return Data("{\"data\":[\(texts.joined(separator: ","))],\"has_more\":false,\"next\":null}".utf8)
    }()

    private static let definitionsFile = "definitions.schema.json"

    /// The schema with what it shares with others put into it.
    private static func schema(of type: EventType) -> Data {
        let text = String(decoding: bytes(of: type), as: UTF8.self)
            .replacing("\"\(definitionsFile)#/$defs/", with: "\"#/$defs/")
        do {
            var schema = try object(Data(text.utf8))
            let shared = try object(Data(PackageResources.definitions_schema_json))["$defs"] as? [String: Any]
            schema["$defs"] = needed(by: schema, of: shared ?? [:])
            return try JSONSerialization.data(
                withJSONObject: schema,
                options: [.sortedKeys, .withoutEscapingSlashes]
            )
        } catch {
            // The schemas are part of the program and are checked by its tests.
            fatalError("the schema of '\(type.rawValue)' is broken: \(error)")
        }
    }

    /// The example without the white space that makes its file easy to read.
    private static func example(of type: EventType) -> Data {
        do {
            return try JSONSerialization.data(
                withJSONObject: object(Data(exampleBytes(of: type))),
                options: [.sortedKeys, .withoutEscapingSlashes]
            )
        } catch {
            fatalError("the example of '\(type.rawValue)' is broken: \(error)")
        }
    }

    private static func object(_ data: Data) throws -> [String: Any] {
        guard let object = try JSONSerialization.jsonObject(with: data) as? [String: Any] else {
            throw CocoaError(.propertyListReadCorrupt)
        }
        return object
    }

    /// Those of `shared` that `schema` refers to, or that they refer to.
    private static func needed(by schema: [String: Any], of shared: [String: Any]) -> [String: Any] {
        var found: [String: Any] = [:]
        var unread: [Any] = [schema]
        while let value = unread.popLast() {
            if let list = value as? [Any] { unread += list }
            guard let object = value as? [String: Any] else { continue }
            unread += object.values
            guard let name = (object["$ref"] as? String)?.split(separator: "/").last.map(String.init),
                found[name] == nil, let definition = shared[name]
            else { continue }
            found[name] = definition
            unread.append(definition)
        }
        return found
    }

    private static func bytes(of type: EventType) -> [UInt8] {
        switch type {
        case .runStarted: PackageResources.run_started_schema_json
        case .runReviewRequested: PackageResources.run_review_requested_schema_json
        case .runAnalysisCompleted: PackageResources.run_analysis_completed_schema_json
        case .runFailed: PackageResources.run_failed_schema_json
        case .runCancelled: PackageResources.run_cancelled_schema_json
        case .outputRendered: PackageResources.output_rendered_schema_json
        case .outputFailed: PackageResources.output_failed_schema_json
        case .deliveryCompleted: PackageResources.delivery_completed_schema_json
        case .deliveryPartiallyFailed: PackageResources.delivery_partially_failed_schema_json
        case .deliveryFailed: PackageResources.delivery_failed_schema_json
        case .endpointDisabled: PackageResources.endpoint_disabled_schema_json
        case .webhookTest: PackageResources.webhook_test_schema_json
        }
    }

    private static func exampleBytes(of type: EventType) -> [UInt8] {
        switch type {
        case .runStarted: PackageResources.run_started_json
        case .runReviewRequested: PackageResources.run_review_requested_json
        case .runAnalysisCompleted: PackageResources.run_analysis_completed_json
        case .runFailed: PackageResources.run_failed_json
        case .runCancelled: PackageResources.run_cancelled_json
        case .outputRendered: PackageResources.output_rendered_json
        case .outputFailed: PackageResources.output_failed_json
        case .deliveryCompleted: PackageResources.delivery_completed_json
        case .deliveryPartiallyFailed: PackageResources.delivery_partially_failed_json
        case .deliveryFailed: PackageResources.delivery_failed_json
        case .endpointDisabled: PackageResources.endpoint_disabled_json
        case .webhookTest: PackageResources.webhook_test_json
        }
    }
}
