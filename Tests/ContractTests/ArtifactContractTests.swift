import Contracts
import Foundation
import Pipeline
import Styles
import Testing

@Suite struct ArtifactContractTests {
    @Test func `every kind of artifact has a schema and an example, and there are no others`() throws {
        let kinds = ArtifactKind.allCases.filter(\.hasSchema).map(\.rawValue).sorted()

        let schemas = try ContractFiles.names(in: "contracts/artifacts", suffix: ".schema.json")
        #expect(schemas.filter { $0 != "definitions" } == kinds)
        #expect(try ContractFiles.names(in: "contracts/examples/artifacts", suffix: ".json") == kinds)
    }

    @Test(arguments: ContractSubject.all) func `the example validates against its schema`(
        subject: ContractSubject
    ) throws {
        let checker = try SchemaChecker(path: subject.schema)

        for example in subject.examples {
            #expect(try checker.problems(ContractFiles.json(example)) == [], "\(example)")
        }
    }

    @Test(arguments: ContractSubject.all) func `the example decodes and encodes to equal JSON`(
        subject: ContractSubject
    ) throws {
        for example in try subject.examples.map(ContractFiles.data) {
            #expect(try JSONValue(subject.roundTrip(example)) == JSONValue(example))
        }
    }

    @Test(arguments: ContractSubject.all) func `the schema names the members that Swift writes`(
        subject: ContractSubject
    ) throws {
        let schema = try SchemaMembers(SchemaChecker(path: subject.schema))
        let written = try subject.examples.map { try JSONValue(subject.roundTrip(ContractFiles.data($0))) }
        let members = written.reduce(into: Set<String>()) { $0.formUnion($1.members()) }

        #expect(members.subtracting(schema.all) == [])
        let unknowable = written.flatMap { $0.emptyArrays() }
        let unseen = schema.all.subtracting(members).filter { place in
            !unknowable.contains { place.hasPrefix("\($0)/*") }
        }
        // Examples of artifacts show every member that may be absent; a style may do without most of them.
        let optional = schema.all.subtracting(schema.required)
        #expect(unseen.filter { !subject.name.hasSuffix("style") || !isBelowOptional($0, optional) } == [])
    }

    @Test(arguments: ContractSubject.all) func `what the schema requires is what Swift cannot do without`(
        subject: ContractSubject
    ) throws {
        let schema = try SchemaMembers(SchemaChecker(path: subject.schema))
        for example in try subject.examples.map(ContractFiles.json) {
            for place in example.members().sorted() {
                let without = try example.removing(place.split(separator: "/").map(String.init)[...]).data()
                let decodes = (try? subject.roundTrip(without)) != nil
                #expect(decodes != schema.required.contains(place), "\(place)")
            }
        }
    }

    @Test(arguments: ContractSubject.all) func `a member that the schema does not know is refused`(
        subject: ContractSubject
    ) throws {
        var members = try #require(try ContractFiles.json(subject.example).object)
        members["surprise"] = .bool(true)

        #expect(
            try SchemaChecker(path: subject.schema).problems(.object(members)) == [": 'surprise' is unknown"]
        )
    }

    @Test func `the style example passes the validator that the API runs`() throws {
        let document = try WireJSON.decode(
            StyleDocument.self,
            from: ContractFiles.data("contracts/examples/style.json")
        )

        #expect(StyleValidator.problems(document).isEmpty)
    }

    @Test func `the style schema offers the fonts that the validator takes`() throws {
        let definitions = try ContractFiles.json("contracts/artifacts/definitions.schema.json")
        let fonts = definitions["$defs"]?["caption_style"]?["properties"]?["font_family"]?["enum"]

        #expect(fonts?.array?.compactMap(\.string) == FontLibrary.families)
    }

    private func isBelowOptional(_ place: String, _ optional: Set<String>) -> Bool {
        optional.contains { place == $0 || place.hasPrefix("\($0)/") }
    }
}
