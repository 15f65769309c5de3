import Contracts
import OutboundHTTP
import Signatures

/// The requests to Shotstack's Edit API.
struct ShotstackRequests: Sendable {
    let settings: ShotstackSettings
    let provider: String

    /// Rates that it renders at, as it writes them.
    private static let rates: [(num: Int, den: Int, rate: JSONPart)] = [
        (12, 1, 12), (15, 1, 15), (24_000, 1_001, 23.976), (24, 1, 24), (25, 1, 25), (30_000, 1_001, 29.97),
        (30, 1, 30), (48, 1, 48), (50, 1, 50), (60_000, 1_001, 59.94), (60, 1, 60),
    ]

    func orders(_ hosted: HostedShort) throws(Problem) -> [RenderOrders] {
        let limits = ShortLimits(provider: provider, concessions: settings.concessions)
        let short = hosted.short
        try limits.checkBranding(short)
        try limits.checkFamilies(short, in: settings.fonts.keys)
        let rate = Self.rates.first { $0.num * short.fpsDen == $0.den * short.fpsNum }?.rate
        guard let rate else {
            throw limits.refusal(
                "fps_num",
                "and 'fps_den' are \(short.fpsNum)/\(short.fpsDen) frames a second"
            )
        }
        let volume = try limits.volume(short.audio)
        var orders: [RenderOrders] = []
        for whole in short.canvases {
            let canvas = limits.unstacked(whole)
            let timeline = ShotstackTimeline(hosted: hosted, canvas: canvas, volume: volume, limits: limits)
            let edit: JSONPart = [
                "timeline": [
                    "background": .text(short.backgroundColor), "fonts": fonts(short),
                    "tracks": .list(try timeline.tracks()),
                ],
                "output": [
                    "format": "mp4", "resolution": "1080", "aspectRatio": .text(canvas.aspectRatio.rawValue),
                    "fps": rate,
                ],
                "callback": .text(hosted.callbackURL(for: canvas.aspectRatio)),
            ]
            let body = try ProviderCall.written { try edit.bytes() }
            var start = request("POST", "/render")
            start.headers.append((name: "content-type", value: "application/json"))
            start.body = body
            orders.append(RenderOrders(ratio: canvas.aspectRatio, start: start))
        }
        return orders
    }

    func render(_ id: String) -> HTTPRequest { request("GET", "/render/\(id)") }

    private func fonts(_ short: Composition.Short) -> JSONPart {
        let families = Set(
            [short.captionStyle.fontFamily] + [short.titleStyle?.fontFamily].compactMap(\.self)
        )
        return .list(families.sorted().compactMap { settings.fonts[$0] }.map { ["src": .text($0)] })
    }

    private func request(_ method: String, _ path: String) -> HTTPRequest {
        HTTPRequest(
            method: method,
            url: settings.baseURL + path,
            headers: [(name: "x-api-key", value: settings.key.reveal())]
        )
    }
}
