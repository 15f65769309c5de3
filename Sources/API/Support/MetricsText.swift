import Foundation
import Providers
import Store

/// Metrics in the text format of Prometheus.
struct MetricsText {
    private(set) var lines = ""

    /// One metric with all its samples.
    mutating func add(
        _ name: String,
        type: String,
        help: String,
        samples: [(labels: [(String, String)], value: Double)]
    ) {
        lines += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
        for (labels, value) in samples {
            let text = labels.map { "\($0.0)=\"\(Self.escape($0.1))\"" }.joined(separator: ",")
            lines += "\(name)\(text.isEmpty ? "" : "{\(text)}") \(Self.number(value))\n"
        }
    }

    /// The gauges of the store, those of one name together.
    mutating func add(_ gauges: [Store.Gauge]) {
        let helps = [
            "reelgate_runs": "Runs by state; ended ones of the last day.",
            "reelgate_jobs": "Jobs of live runs that are not done, by stage and state.",
            "reelgate_tasks": "Delegated work that is not done, by state.",
            "reelgate_queue_age_seconds": "How long the oldest entry of a queue has waited.",
            "reelgate_callbacks": "Callbacks in the inbox that are not applied, by state.",
            "reelgate_deliveries_pending": "Webhook deliveries that are still to be made.",
            "reelgate_gateways": "Gateways that share the database, by state.",
            "reelgate_database_xmin_age_seconds":
                "Age of the oldest transaction that keeps rows from being removed.",
            "reelgate_database_dead_rows": "Rows that wait to be removed.",
        ]
        let groups = Dictionary(grouping: gauges, by: \.name)
        for (name, group) in groups.sorted(by: { $0.key < $1.key }) {
            let samples = group.map { gauge in
                (
                    labels: gauge.labels.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
                    value: gauge.value
                )
            }
            add(name, type: "gauge", help: helps[name] ?? "A gauge of the store.", samples: samples)
        }
    }

    mutating func add(_ counters: RequestCounters) {
        let samples = counters.snapshot
            .sorted {
                ($0.key.route, $0.key.method, $0.key.status) < ($1.key.route, $1.key.method, $1.key.status)
            }
            .map { key, count in
                (
                    labels: [("method", key.method), ("route", key.route), ("status", String(key.status))],
                    value: Double(count)
                )
            }
        add(
            "reelgate_http_requests_total",
            type: "counter",
            help: "Requests answered since the start.",
            samples: samples
        )
    }

    mutating func add(_ callbacks: CallbackCounters) {
        let samples = callbacks.snapshot
            .sorted { ($0.key.provider, $0.key.outcome) < ($1.key.provider, $1.key.outcome) }
            .map { key, count in
                (
                    labels: [("outcome", key.outcome), ("provider", key.provider)],
                    value: Double(count)
                )
            }
        add(
            "reelgate_callbacks_total",
            type: "counter",
            help: "Callbacks taken since the start, by what became of them.",
            samples: samples
        )
    }

    mutating func add(_ shorts: ShortCounters) {
        add(
            "reelgate_shorts_total",
            type: "counter",
            help: "Shorts that ended here since the start, by whether they are ready to post.",
            samples: shorts.snapshot.map {
                (labels: [("verdict", $0.verdict.rawValue)], value: Double($0.count))
            }
        )
    }

    mutating func add(_ providers: ProviderMeter.Snapshot) {
        add(
            "reelgate_provider_errors_total",
            type: "counter",
            help: "Calls to hosted providers since the start that brought nothing, by why.",
            samples: Self.samples(providers.errors, word: "error")
        )
        add(
            "reelgate_provider_unknown_statuses_total",
            type: "counter",
            help: "Status words of hosted providers that were not known and taken for running.",
            samples: Self.samples(providers.unknownStatuses, word: "status")
        )
    }

    private static func samples(
        _ counts: [ProviderMeter.Key: Int],
        word: String
    ) -> [(labels: [(String, String)], value: Double)] {
        counts.sorted { ($0.key.provider, $0.key.word) < ($1.key.provider, $1.key.word) }.map { key, count in
            (labels: [(word, key.word), ("provider", key.provider)], value: Double(count))
        }
    }

    mutating func addProcess(openStreams: Int) {
        add(
            "reelgate_event_streams",
            type: "gauge",
            help: "Event streams that are open.",
            samples: [(labels: [], value: Double(openStreams))]
        )
        guard let bytes = ProcessMemory.residentBytes else { return }
        add(
            "process_resident_memory_bytes",
            type: "gauge",
            help: "Memory of this process that is in RAM.",
            samples: [(labels: [], value: Double(bytes))]
        )
    }

    /// By bytes: a quote is no character of its own when a combining one comes after it.
    private static func escape(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\n"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }
}
