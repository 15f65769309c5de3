import Contracts
import Pipeline
import Store

/// The body of `POST /v1/runs/{id}/rerun`, over the options of the run that is to be done again.
struct RerunRequest {
    var fromStage: Stage?
    var style: RunRequest.Style?
    /// The parent's options with what the request changes.
    var options: RunOptions?
}

/// Reads the body of a rerun and notes everything that is wrong with it.
struct RerunRequestReader {
    let requests: RunRequestReader
    let workflow: Workflow

    func read(_ value: JSONValue, parent: RunRecord, findings: inout Findings) throws -> RerunRequest {
        guard var body = ObjectReader(value, at: "", findings: &findings) else { return RerunRequest() }
        var request = RerunRequest()
        if let name = body.string("from_stage", findings: &findings) {
            request.fromStage = Stage(rawValue: name)
            if request.fromStage.flatMap(workflow.definition(of:)) == nil {
                findings.add(
                    body.pointer(to: "from_stage"),
                    "the workflow has no such stage",
                    slug: .unknownStage
                )
            }
        }
        request.style = requests.readStyle(&body, findings: &findings)
        if let changes = body.value("options") {
            request.options = try readOptions(changes, parent: parent, findings: &findings)
        }
        body.finish(findings: &findings)
        return request
    }

    /// Merges the changes over the parent's options (RFC 7396: null takes a member back to its default), and reads
    /// the whole as a new run's are read.
    private func readOptions(
        _ changes: JSONValue,
        parent: RunRecord,
        findings: inout Findings
    ) throws -> RunOptions? {
        let kept = try JSONValue(parsing: WireJSON.encode(parent.options))
        guard case .object(let changes) = changes, case .object(var merged) = kept else {
            findings.add("/options", "expected an object, found \(changes.kindName)")
            return nil
        }
        for name in changes.keys.sorted() where !Self.members.contains(name) {
            findings.add("/options/\(name)", "is not an option that a rerun can change")
        }
        for (name, change) in changes where Self.members.contains(name) {
            guard case .object(let parts) = change, case .object(let old)? = merged[name] else {
                merged[name] = change
                continue
            }
            merged[name] = .object(old.merging(parts) { $1 })
        }
        // The source is the parent's and is not read here.
        merged["source"] = .object(["asset_id": .string(ResourceID.make(.asset))])
        var found = Findings()
        let request = requests.read(.object(merged), findings: &found)
        if parent.provided?.moments != nil { checkBesideMoments(changes, findings: &found) }
        for finding in found.all {
            findings.add("/options\(finding.detail.pointer)", finding.detail.detail, slug: finding.slug)
        }
        return request.map { RunOptions(filling: $0) }
    }

    /// Only what the client says counts: the parent's options have every default filled in.
    private func checkBesideMoments(_ changes: [String: JSONValue], findings: inout Findings) {
        var ignored = Findings()
        guard var changed = ObjectReader(.object(changes), at: "", findings: &ignored),
            let shorts = requests.readShorts(&changed, findings: &ignored)
        else { return }
        requests.checkBesideMoments(shorts, findings: &findings)
    }

    private static let members: Set<String> = ["shorts", "review", "language", "providers", "reuse"]
}
