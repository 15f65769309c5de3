import Contracts
import Foundation
import OutboundHTTP
import Signatures

/// The requests to a Remotion function and its bucket, each signed.
struct RemotionRequests: Sendable {
    /// Longer props go to the bucket: what may stay, less the room that Remotion leaves for everything else.
    static let inlineBytesMax = 200_000 - 5_000 - 1_024
    /// How long the link to a finished file works.
    static let linkSeconds = 3_600

    let settings: RemotionSettings

    /// What starts the render of each ratio.
    func orders(_ hosted: HostedShort, secret: Secret, now: Int64) throws(Problem) -> [RenderOrders] {
        try check()
        var orders: [RenderOrders] = []
        for canvas in hosted.short.canvases {
            guard let composition = settings.compositions[canvas.aspectRatio] else {
                throw refusal("no composition is set for \(canvas.aspectRatio.rawValue)")
            }
            let props = try ProviderCall.written { [UInt8](try WireJSON.encode(Self.input(hosted, canvas))) }
            let isInline = props.count <= Self.inlineBytesMax
            let digest = SHA256Digest.hex(props)
            let input: JSONPart =
                isInline
                ? ["type": "payload", "payload": .text(String(decoding: props, as: UTF8.self))]
                : ["type": "bucket-url", "hash": .text(digest), "bucketName": .text(settings.bucket)]
            let start = startPayload(
                composition: composition,
                input: input,
                key: Self.outputKey(hosted.tag, canvas.aspectRatio, settings.deleteAfter),
                webhook: webhook(hosted, canvas.aspectRatio, secret: secret)
            )
            let body = try ProviderCall.written { try start.bytes() }
            orders.append(
                RenderOrders(
                    ratio: canvas.aspectRatio,
                    uploads: isInline
                        ? [] : [put("input-props/\(digest).json", props, now: now)],
                    start: invoke(body, now: now)
                )
            )
        }
        return orders
    }

    /// Names lie below the prefix that Remotion's lifecycle rule removes.
    static func outputKey(
        _ tag: String,
        _ ratio: AspectRatio,
        _ deleteAfter: RemotionSettings.DeleteAfter
    ) -> String {
        "renders/\(deleteAfter.rawValue)-reelgate/\(tag)/\(ratio.slug).mp4"
    }

    func progress(_ id: String, now: Int64) -> HTTPRequest {
        object("GET", "renders/\(id)/progress.json", now: now)
    }

    /// As the Python client writes it.
    func status(_ id: String, now: Int64) throws -> HTTPRequest {
        let payload: JSONPart = [
            "type": "status", "version": .text(settings.version), "renderId": .text(id),
            "bucketName": .text(settings.bucket), "logLevel": "info", "forcePathStyle": false,
            "s3OutputProvider": nil,
        ]
        return invoke(try payload.bytes(), now: now)
    }

    func cancel(_ id: String, now: Int64) -> HTTPRequest {
        put("renders/\(id)/cancel.json", Array(#"{"cancelledAt":\#(now * 1_000)}"#.utf8), now: now)
    }

    func head(_ key: String, now: Int64) -> HTTPRequest { object("HEAD", key, now: now) }

    /// A link to a private file for whoever has it, for an hour.
    func link(_ key: String, now: Int64) -> String {
        s3.link(to: place("GET", key), now: now, lifetimeSeconds: Self.linkSeconds)
    }

    static func input(_ hosted: HostedShort, _ canvas: Composition.Canvas) -> RemotionInput {
        var short = hosted.short
        short.canvases = [canvas]
        return RemotionInput(
            clipUrl: hosted.clip.url,
            images: hosted.images.sorted { $0.key < $1.key }
                .map { RemotionInput.Image(assetSha256: $0.key, url: $0.value.url) },
            short: short,
            musicUrl: hosted.music?.url
        )
    }

    /// Remotion counts characters where it should count bytes, so that nothing that comes back may be more than ASCII.
    private func webhook(_ hosted: HostedShort, _ ratio: AspectRatio, secret: Secret) -> JSONPart {
        [
            "url": .text(hosted.callbackURL), "secret": .text(secret.reveal()),
            "customData": [
                "task": .text(hosted.tag), "ratio": .text(ratio.slug),
                "of": .whole(hosted.short.canvases.count),
            ],
        ]
    }

    /// Member for member what `remotion-lambda` 4.0.539 for Python sends; it needs those that are null, too.
    private func startPayload(
        composition: String,
        input: JSONPart,
        key: String,
        webhook: JSONPart
    ) -> JSONPart {
        [
            "type": "start", "version": .text(settings.version), "serveUrl": .text(settings.serveURL),
            "composition": .text(composition), "inputProps": input, "codec": "h264",
            "output": ["type": "media"], "imageFormat": "jpeg", "jpegQuality": 80, "maxRetries": 1,
            "privacy": "private", "bucketName": .text(settings.bucket),
            "outName": ["bucketName": .text(settings.bucket), "key": .text(key)],
            "overwrite": false, "enableCancellation": true,
            "deleteAfter": .text(settings.deleteAfter.rawValue), "webhook": webhook,
            "concurrency": settings.framesPerFunction == nil ? .whole(settings.concurrency) : nil,
            "framesPerLambda": .optional(settings.framesPerFunction), "concurrencyPerLambda": 1,
            "licenseKey": .optional(settings.licenseKey?.reveal()), "isProduction": nil,
            "envVariables": [:], "metadata": [:], "chromiumOptions": [:], "scale": 1, "everyNthFrame": 1,
            "muted": false, "sampleRate": 48_000, "logLevel": "info", "timeoutInMilliseconds": 30_000,
            "downloadBehavior": ["type": "play-in-browser"], "forcePathStyle": false,
            "preferLossless": false, "disableSharedMemoryCapture": false, "rendererFunctionName": nil,
            "storageClass": nil, "colorSpace": nil, "frameRange": nil, "separateAudioTo": nil,
            "numberOfGifLoops": nil, "audioBitrate": nil, "videoBitrate": nil, "forceHeight": nil,
            "forceFps": nil, "forceDurationInFrames": nil, "offthreadVideoCacheSizeInBytes": nil,
            "mediaCacheSizeInBytes": nil, "offthreadVideoThreads": nil, "forceWidth": nil,
            "audioCodec": nil, "x264Preset": nil, "gopSize": nil, "encodingBufferSize": nil,
            "encodingMaxRate": nil, "crf": nil, "pixelFormat": nil, "proResProfile": nil,
        ]
    }

    private func check() throws(Problem) {
        let bucket = /[a-z0-9][a-z0-9.\-]{1,61}[a-z0-9]/
        guard settings.bucket.wholeMatch(of: bucket) != nil else {
            throw refusal("its bucket has no name of a bucket")
        }
        guard settings.functionName.wholeMatch(of: /[A-Za-z0-9_\-]{1,140}/) != nil else {
            throw refusal("its function has no name of a function")
        }
    }

    private func refusal(_ reason: String) -> Problem {
        Problem(
            .providerRefused,
            detail: "Remotion cannot be asked: \(reason).",
            retryable: false
        )
    }
}

extension RemotionRequests {
    private var s3: AWSSigner {
        AWSSigner(credentials: settings.credentials, region: settings.region, service: "s3")
    }

    /// Hands the function what it is to do.
    func invoke(_ body: [UInt8], now: Int64) -> HTTPRequest {
        let (scheme, host) = server("lambda.\(settings.region).amazonaws.com")
        let asked = AWSRequest(
            method: "POST",
            scheme: scheme,
            host: host,
            path: "/2015-03-31/functions/\(settings.functionName)/invocations",
            headers: [
                (name: "content-type", value: "application/json"),
                (name: "x-amz-invocation-type", value: "RequestResponse"),
            ],
            payload: .bytes(body)
        )
        let signer = AWSSigner(credentials: settings.credentials, region: settings.region, service: "lambda")
        return HTTPRequest(
            method: "POST",
            url: asked.url,
            headers: signer.headers(for: asked, now: now),
            body: body
        )
    }

    private func put(_ key: String, _ body: [UInt8], now: Int64) -> HTTPRequest {
        var asked = place("PUT", key)
        asked.headers = [(name: "content-type", value: "application/json")]
        asked.payload = .bytes(body)
        return HTTPRequest(
            method: "PUT",
            url: asked.url,
            headers: s3.headers(for: asked, now: now),
            body: body
        )
    }

    private func object(_ method: String, _ key: String, now: Int64) -> HTTPRequest {
        let asked = place(method, key)
        return HTTPRequest(method: method, url: asked.url, headers: s3.headers(for: asked, now: now))
    }

    /// A bucket with a dot in its name has no certificate of its own.
    private func place(_ method: String, _ key: String) -> AWSRequest {
        let isPath = settings.endpoint != nil || settings.bucket.contains(".")
        let region = "s3.\(settings.region).amazonaws.com"
        let (scheme, host) = server(isPath ? region : "\(settings.bucket).\(region)")
        return AWSRequest(
            method: method,
            scheme: scheme,
            host: host,
            path: isPath ? "/\(settings.bucket)/\(key)" : "/\(key)"
        )
    }

    private func server(_ standard: String) -> (scheme: String, host: String) {
        guard let endpoint = settings.endpoint else { return ("https", standard) }
        let parts = endpoint.split(separator: "://", maxSplits: 1).map(String.init)
        return parts.count == 2 ? (parts[0], parts[1]) : ("https", endpoint)
    }
}
