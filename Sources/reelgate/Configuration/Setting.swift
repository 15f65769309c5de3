/// One setting: its environment name, default, and what it is for.
struct Setting: Sendable, Hashable {
    let name: String
    let defaultText: String?
    let help: String
    /// Never printed.
    let isSecret: Bool
    /// A name that other programs read too; ours goes before it.
    let sharedName: String?

    init(
        _ name: String,
        _ defaultText: String?,
        _ help: String,
        isSecret: Bool = false,
        sharedName: String? = nil
    ) {
        self.name = "REELGATE_\(name)"
        self.defaultText = defaultText
        self.help = help
        self.isSecret = isSecret
        self.sharedName = sharedName
    }

    static let host = Setting("HOST", "127.0.0.1", "address that `serve` listens on")
    static let port = Setting("PORT", "8787", "port that `serve` listens on; 0 picks a free one")
    static let roles = Setting(
        "ROLES",
        "api,runtime,webhooks",
        "what this `serve` does: `api` takes requests, `runtime` drives runs, `webhooks` sends them"
    )
    static let dataDirectory = Setting(
        "DATA_DIR",
        ".reelgate",
        "folder of the private Postgres, artifacts, logs and worker scratch"
    )
    static let databaseURL = Setting(
        "DATABASE_URL",
        nil,
        "Postgres 15 or later; without it `serve` runs a private one in the data folder",
        isSecret: true
    )
    static let databaseConnections = Setting("DATABASE_CONNECTIONS", "8", "connections to Postgres, 1 to 64")
    static let databaseOutageSeconds = Setting(
        "DATABASE_OUTAGE_SECONDS",
        "600",
        "how long `serve` goes on without Postgres, answering 503, before it ends; 1 to 86400"
    )
    static let migrate = Setting(
        "MIGRATE",
        "auto",
        "auto: `serve` brings the schema up to date; off: it refuses to start when `reelgate migrate` is due"
    )
    static let drainSeconds = Setting(
        "DRAIN_SECONDS",
        "20",
        "how long stages under way may take to end after SIGTERM before they are handed back; 0 to 3600"
    )
    static let artifactsDirectory = Setting(
        "ARTIFACTS_DIR",
        nil,
        "folder of sources and artifacts, one for all gateways of a database; default: artifacts in the data folder"
    )
    static let publicURL = Setting(
        "PUBLIC_URL",
        nil,
        "address by which clients reach the gateway, for links; default: host and port"
    )
    static let internalURL = Setting(
        "INTERNAL_URL",
        nil,
        "address by which workers reach the gateway; default: the loopback address and port"
    )
    static let secretKey = Setting(
        "SECRET_KEY",
        nil,
        "64 hex digits that sign links and callback tokens, and seal kept answers; default: made once in the data folder",
        isSecret: true
    )
    static let workerURL = Setting(
        "WORKER_URL",
        nil,
        "a media worker that runs elsewhere; without it `serve` starts one of its own"
    )
    static let workerSecret = Setting(
        "WORKER_SECRET",
        nil,
        "whsec_... shared with the worker; default: made at each start of an own worker",
        isSecret: true
    )
    static let workerSlots = Setting(
        "WORKER_SLOTS",
        nil,
        "tasks that the worker runs at once; default: its cores"
    )
    static let vendorDirectory = Setting(
        "VENDOR_DIR",
        nil,
        "folder that scripts/setup filled; default: .vendor beside the working folder or program"
    )
    static let modelDirectory = Setting(
        "MODEL_DIR",
        nil,
        "any CTranslate2 Whisper model; default: whisper-base of the vendor folder"
    )
    static let bootstrapKey = Setting(
        "BOOTSTRAP_API_KEY",
        nil,
        "seeds a first API key (rg_<env>_<secret>) with every scope",
        isSecret: true
    )
    static let allowPrivateNetworks = Setting(
        "ALLOW_PRIVATE_NETWORKS",
        "false",
        "sources and webhook endpoints on private addresses and plain http"
    )
    static let sourceBytesMax = Setting("SOURCE_BYTES_MAX", "21474836480", "largest source, in bytes")
    static let sourceHoursMax = Setting("SOURCE_HOURS_MAX", "12", "longest source, in hours")
    static let requestsPerSecond = Setting(
        "REQUESTS_PER_SECOND",
        "100",
        "requests of one API key in the long run; beyond it 429"
    )
    static let requestsBurst = Setting("REQUESTS_BURST", "200", "requests of one API key at once")
    static let linkHours = Setting("LINK_HOURS", "168", "life of a signed artifact link, in hours")
    static let leaseSeconds = Setting(
        "LEASE_SECONDS",
        "20",
        "how long the work of a gateway that died waits for another one, 1 to 600; a webhook waits three times that"
    )
    static let logLevel = Setting("LOG_LEVEL", "info", "trace, debug, info, notice, warning or error")
    static let gatewayURL = Setting(
        "URL",
        nil,
        "gateway that client commands talk to; default: http://127.0.0.1 and REELGATE_PORT"
    )
    static let apiKey = Setting("API_KEY", nil, "API key that client commands use", isSecret: true)

    static let all: [Setting] = own + ofProviders

    /// All but those that follow from the kinds of providers.
    static let own: [Setting] =
        [
            host, port, roles, dataDirectory, databaseURL, databaseConnections, databaseOutageSeconds,
            migrate,
            drainSeconds, artifactsDirectory, publicURL, internalURL, secretKey, workerURL, workerSecret,
            workerSlots, vendorDirectory, modelDirectory, bootstrapKey,
            allowPrivateNetworks, sourceBytesMax, sourceHoursMax, requestsPerSecond, requestsBurst, linkHours,
            leaseSeconds, logLevel, gatewayURL,
            apiKey,
        ] + s3 + editorialAll + providersAll + retention
}
