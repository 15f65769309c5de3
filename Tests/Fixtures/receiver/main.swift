import Foundation

// main VECTORS: prints the names of those that `Receiver.swift` judges otherwise, and how many it was asked about.

struct Vectors: Decodable {
    struct Vector: Decodable {
        let name: String
        let keys: [String]
        let headers: [String: String]
        let body: String
        let now: Int64
        let verdict: String
    }

    let verification: [Vector]
}

let file = URL(filePath: CommandLine.arguments[1])
let vectors = try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: file)).verification
for vector in vectors {
    let now = Date(timeIntervalSince1970: TimeInterval(vector.now))
    let isGenuine = vector.keys.compactMap { ReelgateWebhook(secret: $0) }.contains { webhook in
        webhook.isGenuine(headers: vector.headers, body: Data(vector.body.utf8), now: now)
    }
    if isGenuine != (vector.verdict == "accepted") { print(vector.name) }
}
print(vectors.count)
