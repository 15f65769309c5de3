/// The words that hosted models are instructed with, as the files in `Prompts` have them.
package enum PromptBook {
    /// Stands for the words of all files and the form of the answers; whoever changes these raises it.
    package static let version = "moments-1"

    static let system = text(PackageResources.system_md)
    static let shortlist = text(PackageResources.shortlist_md)
    static let details = text(PackageResources.details_md)
    static let repair = text(PackageResources.repair_md)
    static let shorter = text(PackageResources.shorter_md)

    static let all = [system, shortlist, details, repair, shorter]

    /// The template with each `{{name}}` replaced; what is put in is not looked through again.
    static func fill(_ template: String, _ values: [String: String]) -> String {
        var filled = ""
        var rest = template[...]
        while let open = rest.firstRange(of: "{{"), let close = rest[open.upperBound...].firstRange(of: "}}")
        {
            let name = String(rest[open.upperBound..<close.lowerBound])
            filled += rest[..<open.lowerBound]
            filled += values[name] ?? "{{\(name)}}"
            rest = rest[close.upperBound...]
        }
        return filled + rest
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
