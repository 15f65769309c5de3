import Contracts
import OutboundHTTP
import Signatures

/// The requests to Creatomate's API.
struct CreatomateRequests: Sendable {
    let settings: CreatomateSettings
    let provider: String

    func orders(_ hosted: HostedShort) throws(Problem) -> [RenderOrders] {
        let limits = ShortLimits(provider: provider, concessions: settings.concessions)
        try limits.checkBranding(hosted.short)
        let volume = try limits.volume(hosted.short.audio)
        var orders: [RenderOrders] = []
        for whole in hosted.short.canvases {
            let canvas = limits.unstacked(whole)
            var members: [String: JSONPart]
            if let template = settings.templates[canvas.aspectRatio] {
                let content = CreatomateTemplate(
                    hosted: hosted,
                    canvas: canvas,
                    volume: volume,
                    limits: limits
                )
                members = ["template_id": .text(template), "modifications": try content.modifications()]
            } else {
                try limits.checkFamilies(hosted.short, in: settings.fonts)
                let script = CreatomateScript(hosted: hosted, canvas: canvas, volume: volume, limits: limits)
                members = try script.members()
            }
            members["webhook_url"] = .text(hosted.callbackURL(for: canvas.aspectRatio))
            members["metadata"] = .text(
                "\(Self.note(hosted.tag, canvas.aspectRatio))\(hosted.short.canvases.count)"
            )
            let body = try ProviderCall.written { [members] in try JSONPart.members(members).bytes() }
            var start = request("POST", "/renders")
            start.headers.append((name: "content-type", value: "application/json"))
            start.body = body
            orders.append(RenderOrders(ratio: canvas.aspectRatio, start: start))
        }
        return orders
    }

    func render(_ id: String) -> HTTPRequest { request("GET", "/renders/\(id)") }

    func delete(_ id: String) -> HTTPRequest { request("DELETE", "/renders/\(id)") }

    /// How the note begins that a render has of ours; how many renders the task has stands behind it.
    static func note(_ tag: String, _ ratio: AspectRatio) -> String { "\(tag):\(ratio.slug):" }

    private func request(_ method: String, _ path: String) -> HTTPRequest {
        HTTPRequest(
            method: method,
            url: settings.baseURL + path,
            headers: [(name: "authorization", value: "Bearer \(settings.key.reveal())")]
        )
    }
}
