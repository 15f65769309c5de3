/// One step of the schema: a file of SQL that never changes once it is released.
struct Migration: Sendable {
    let version: Int
    let name: String
    let sql: String
    /// Gateways whose newest step is this or a later one still work when this step is applied; nil when none does.
    ///
    /// The first line of the file says so: `-- compatible_from: 7`.
    let compatibleFrom: Int?

    private static let compatibleMark = "-- compatible_from: "

    /// All steps, in order; a new one is a new file and a new line here.
    static let embedded: [Migration] = [
        Migration("V0001_records", PackageResources.V0001_records_sql),
        Migration("V0002_webhooks", PackageResources.V0002_webhooks_sql),
        Migration("V0003_terminal_states", PackageResources.V0003_terminal_states_sql),
        Migration("V0004_task_limits", PackageResources.V0004_task_limits_sql),
        Migration("V0005_ready_jobs", PackageResources.V0005_ready_jobs_sql),
        Migration("V0006_partitions", PackageResources.V0006_partitions_sql),
        Migration("V0007_recovery", PackageResources.V0007_recovery_sql),
        Migration("V0008_submissions", PackageResources.V0008_submissions_sql),
        Migration("V0009_reuse", PackageResources.V0009_reuse_sql),
        Migration("V0010_accept", PackageResources.V0010_accept_sql),
        Migration("V0011_retention", PackageResources.V0011_retention_sql),
        Migration("V0012_reviews", PackageResources.V0012_reviews_sql),
        Migration("V0013_callback_states", PackageResources.V0013_callback_states_sql),
        Migration("V0014_gateways", PackageResources.V0014_gateways_sql),
        Migration("V0015_told", PackageResources.V0015_told_sql),
        Migration("V0016_subscriptions", PackageResources.V0016_subscriptions_sql),
        Migration("V0017_deleted_endpoints", PackageResources.V0017_deleted_endpoints_sql),
        Migration("V0020_delivery_order", PackageResources.V0020_delivery_order_sql),
        Migration("V0021_started_leases", PackageResources.V0021_started_leases_sql),
        Migration("V0022_selfservice", PackageResources.V0022_selfservice_sql),
        Migration("V0024_public_keys", PackageResources.V0024_public_keys_sql),
        Migration("V0026_endpoint_health", PackageResources.V0026_endpoint_health_sql),
        Migration("V0028_accept_runs", PackageResources.V0028_accept_runs_sql),
        Migration("V0030_leased_deliveries", PackageResources.V0030_leased_deliveries_sql),
        Migration("V0035_started_spills", PackageResources.V0035_started_spills_sql),
        Migration("V0040_hosted_callbacks", PackageResources.V0040_hosted_callbacks_sql),
        Migration("V0041_routes", PackageResources.V0041_routes_sql),
        Migration("V0042_provider_uses", PackageResources.V0042_provider_uses_sql),
        Migration("V0045_outbox_and_owner", PackageResources.V0045_outbox_and_owner_sql),
        Migration("V0046_busy_providers", PackageResources.V0046_busy_providers_sql),
        Migration("V0047_editor_questions", PackageResources.V0047_editor_questions_sql),
    ]

    /// The last step that this version knows.
    static let newestVersion = embedded.last?.version ?? 0

    private init(_ name: String, _ bytes: [UInt8]) {
        self.init(name: name, sql: String(decoding: bytes, as: UTF8.self))
    }

    /// Takes the version from the name: `V0007_add_headers` is 7.
    init(name: String, sql: String) {
        self.name = name
        self.sql = sql
        version = Int(name.dropFirst().prefix { $0.isNumber }) ?? 0
        compatibleFrom = sql.split(separator: "\n").first.flatMap { line in
            line.hasPrefix(Self.compatibleMark) ? Int(line.dropFirst(Self.compatibleMark.count)) : nil
        }
    }

    /// FNV-1a over the text: tells a step that was edited after it was applied.
    var checksum: String {
        let value = sql.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return String(value, radix: 16)
    }
}
