import Contracts

/// The ids of all renders of one task, in the one text that the gateway keeps: `bucket:9x16=abc,1x1=def`.
///
/// The place before the colon is there for services that need it beside each id.
struct RenderIds: Sendable, Hashable {
    /// As long as an external id may be.
    static let bytesMax = 255

    struct Render: Sendable, Hashable {
        var ratio: AspectRatio
        var id: String
    }

    let place: String?
    let renders: [Render]

    var text: String {
        let renders = renders.map { "\($0.ratio.slug)=\($0.id)" }.joined(separator: ",")
        return place.map { "\($0):\(renders)" } ?? renders
    }

    /// Nil where the text would not be one that can be read again.
    init?(place: String? = nil, _ renders: [Render]) {
        self.place = place
        self.renders = renders
        guard Self.parts(of: text) != nil else { return nil }
    }

    init?(parsing text: String) {
        guard let parts = Self.parts(of: text) else { return nil }
        (place, renders) = parts
    }

    private static func parts(of text: String) -> (place: String?, renders: [Render])? {
        guard (1...bytesMax).contains(text.utf8.count) else { return nil }
        let halves = text.split(separator: ":", omittingEmptySubsequences: false)
        guard halves.count <= 2, let list = halves.last else { return nil }
        let place = halves.count == 2 ? String(halves[0]) : nil
        if let place, place.wholeMatch(of: /[a-z0-9][a-z0-9.\-]{1,61}[a-z0-9]/) == nil { return nil }
        var renders: [Render] = []
        for item in list.split(separator: ",", omittingEmptySubsequences: false) {
            let pair = item.split(separator: "=", omittingEmptySubsequences: false)
            guard pair.count == 2, let ratio = AspectRatio(slug: String(pair[0])),
                let id = ProviderId.plain(String(pair[1])),
                !renders.contains(where: { $0.ratio == ratio || $0.id == id })
            else { return nil }
            renders.append(Render(ratio: ratio, id: id))
        }
        return (place, renders)
    }
}
