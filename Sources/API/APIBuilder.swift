import HTTPTypes
package import Hummingbird
import HummingbirdCore
import NIOCore

/// Puts the API together; tests and the gateway use the same.
package struct APIBuilder: Sendable {
    private let configuration: APIConfiguration
    private let services: APIServices
    private let endpoints: [Endpoint]
    private let counters = RequestCounters()
    private let callbackCounters = CallbackCounters()

    package init(configuration: APIConfiguration, services: APIServices) {
        self.configuration = configuration
        self.services = services
        let streams = StreamSlots(countMax: configuration.limits.streamsMax)
        endpoints =
            RunRoutes(services: services, configuration: configuration).endpoints
            + RerunRoutes(services: services, configuration: configuration).endpoints
            + ReviewRoutes(services: services, configuration: configuration).endpoints
            + EventRoutes(services: services, configuration: configuration, streams: streams).endpoints
            + AssetRoutes(services: services, configuration: configuration).endpoints
            + ArtifactRoutes(services: services).endpoints
            + StyleRoutes(services: services).endpoints
            + WebhookRoutes(services: services, configuration: configuration).endpoints
            + SecretRoutes(services: services, configuration: configuration).endpoints
            + DeliveryRoutes(services: services).endpoints
            + ReplayRoutes(services: services, configuration: configuration).endpoints
            + FeedRoutes(services: services, configuration: configuration, streams: streams).endpoints
            + CallbackRoutes(
                services: services,
                configuration: configuration,
                counters: callbackCounters,
                largeBodies: StreamSlots(countMax: CallbackRoutes.largeBodiesMax)
            ).endpoints
            + CallbackOpsRoutes(services: services).endpoints
            + UploadRoutes(services: services, configuration: configuration).endpoints
            + OpsRoutes(services: services, configuration: configuration).endpoints
            + ProviderRoutes(services: services).endpoints
            + GatewayRoutes(services: services, configuration: configuration).endpoints
            + HealthRoutes(
                services: services,
                configuration: configuration,
                counters: counters,
                callbacks: callbackCounters,
                streams: streams
            ).endpoints
    }

    /// Every route, for the test that holds them to the contract.
    package var routes: [Route] { endpoints.map(\.route) }

    /// The routes behind their middleware.
    package func buildRouter() -> Router<APIContext> {
        let router = Router(context: APIContext.self, options: .autoGenerateHeadEndpoints)
        // The outermost comes first.
        router.add(middleware: RequestIDMiddleware())
        router.add(middleware: SecurityHeadersMiddleware())
        router.add(middleware: AccessMiddleware(counters: counters))
        router.add(middleware: RateLimitMiddleware())
        router.add(middleware: ProblemMiddleware(routes: routes))
        let authenticator = Authenticator(
            store: services.store,
            linkKey: configuration.linkKey,
            limiter: RateLimiter(
                capacity: configuration.limits.requestsBurst,
                perSecond: configuration.limits.requestsPerSecond
            ),
            now: services.now
        )
        for endpoint in endpoints {
            let handler = endpoint.guarded(by: authenticator)
            router.on(Self.routerPath(endpoint.route.path), method: endpoint.route.method, use: handler)
        }
        return router
    }

    /// The server around the routes, with its limits on slow and huge clients.
    package func buildApplication(
        onServerRunning: @escaping @Sendable (_ port: Int?) async -> Void = { _ in }
    ) -> Application<RouterResponder<APIContext>> {
        let limits = configuration.limits
        let decoder = HTTP1Channel.Configuration.DecoderConfiguration(
            maxHeaderFieldSize: limits.headerBytesMax,
            maxHeaderListSize: limits.headerBytesMax,
            maxHeaderFieldCount: limits.headersMax
        )
        return Application(
            router: buildRouter(),
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    additionalChannelHandlers: Self.connectionHandlers(limits),
                    idleTimeout: .seconds(Int64(limits.idleTimeoutSeconds)),
                    httpDecoderConfiguration: decoder
                )
            ),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                availableConnectionsDelegate: MaximumAvailableConnections(limits.connectionsMax)
            ),
            onServerRunning: { channel in await onServerRunning(channel.localAddress?.port) },
            logger: services.logger
        )
    }

    /// What watches one connection before the server reads requests from it.
    private static func connectionHandlers(_ limits: APILimits) -> [any RemovableChannelHandler] {
        [
            StalledWriteHandler(timeoutSeconds: limits.stalledWriteSeconds),
            BrokenRequestHandler(headerBytesMax: limits.headerBytesMax, headersMax: limits.headersMax),
            UnreadBodyHandler(lingerSeconds: limits.unreadBodySeconds),
        ]
    }

    /// `{name...}` of the contract is `**` of the router.
    private static func routerPath(_ path: String) -> RouterPath {
        let parts = path.split(separator: "/").map { $0.hasSuffix("...}") ? "**" : String($0) }
        return RouterPath(parts.joined(separator: "/"))
    }
}
