/// The form that an answer must have, as a JSON schema of the part that all providers hold models to.
///
/// Every member is required and none is free; bounds are left out, since providers ignore or refuse them: they are
/// checked here.
package struct AnswerShape: Sendable, Hashable {
    /// For the provider: letters and `_`.
    package let name: String
    /// What a tool of this form does, where an answer is asked for as a call of one.
    package let purpose: String
    package let schema: JSONTree

    static let scores = ["hook", "standalone", "value", "shareability"]

    static let shortlist = AnswerShape(
        name: "shortlist",
        purpose: "Takes the shortlist of moments.",
        schema: moments(
            ["first_sentence": integer, "last_sentence": integer]
                .merging(scores.map { ($0, integer) }) { first, _ in first }
        )
    )

    static let details = AnswerShape(
        name: "details",
        purpose: "Takes the details of the chosen moments.",
        schema: moments([
            "moment": integer, "first_sentence": integer, "last_sentence": integer, "title": string,
            "hook": string, "description": string, "hashtags": ["type": "array", "items": string],
            "reason": string,
        ])
    )

    private static let integer: JSONTree = ["type": "integer"]
    private static let string: JSONTree = ["type": "string"]

    private static func moments(_ members: [String: JSONTree]) -> JSONTree {
        object(["moments": ["type": "array", "items": object(members)]])
    }

    private static func object(_ members: [String: JSONTree]) -> JSONTree {
        [
            "type": "object", "additionalProperties": false,
            "properties": .object(members),
            "required": .array(members.keys.sorted().map { .string($0) }),
        ]
    }
}
