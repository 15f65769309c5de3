import Contracts
import Foundation
import OutboundHTTP

/// What a function of Lambda answered: the last JSON object of its answer, or why there is none to go by.
enum RemotionInvocation {
    /// A function that failed answers with status 200 as well.
    static let errorHeader = "x-amz-function-error"

    /// How a function's failure is to be taken.
    struct Failure: Error, Sendable, Hashable {
        let kind: AnswerClass
        let words: String
    }

    private struct Trouble: Decodable {
        var type: String?
        var message: String?
        var errorMessage: String?
        var errorType: String?
    }

    /// The bytes of the answer's last object, where the function did not fail.
    static func answer(_ response: HTTPResponse) throws -> [UInt8] {
        let last = lastObject(response.body)
        let trouble = last.flatMap { try? JSONDecoder().decode(Trouble.self, from: Data($0)) }
        let hasFailed = response.header(errorHeader) != nil
        if hasFailed || trouble?.type == "error" || trouble?.errorMessage != nil {
            let words = ProviderWords.first(trouble?.errorMessage, trouble?.message) ?? "it gave no reason"
            throw Failure(kind: kind(words, trouble?.errorType), words: words)
        }
        guard let last else { throw AnswerFault("it has no JSON object") }
        return last
    }

    /// Its own words about a refusal: those of AWS have a capital letter.
    static func words(_ bytes: [UInt8]) -> String? {
        let told = try? AnswerJSON.decode([String: String?].self, bytes)
        return ProviderWords.first(told?["Message"] ?? nil, told?["message"] ?? nil)
    }

    /// A function that was cut off may have started the render before.
    private static func kind(_ words: String, _ type: String?) -> AnswerClass {
        if RemotionWords.areOfALimit(words) { return .busy }
        let all = "\(type ?? "") \(words)".lowercased()
        let cutOff = [
            "timed out", "timedout", "runtime.exit", "runtime exited", "outofmemory", "signal: killed",
        ]
        return cutOff.contains { all.contains($0) } ? .unclear : .refused
    }

    /// Objects follow each other without anything between them; braces in texts are no ends of objects.
    static func lastObject(_ bytes: [UInt8]) -> [UInt8]? {
        var found: Range<Int>?
        var (depth, start, isText, isEscaped) = (0, 0, false, false)
        for (place, byte) in bytes.enumerated() {
            if isText {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isText = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\"") where depth > 0: isText = true
            case UInt8(ascii: "{"):
                if depth == 0 { start = place }
                depth += 1
            case UInt8(ascii: "}") where depth > 0:
                depth -= 1
                if depth == 0 { found = start..<(place + 1) }
            default: break
            }
        }
        return found.map { Array(bytes[$0]) }
    }
}

/// What Remotion's words mean, where it has no code for it.
enum RemotionWords {
    /// The account, or the function, has no place for another invocation.
    static func areOfALimit(_ words: String) -> Bool {
        ["TooManyRequests", "ConcurrentInvocationLimitExceeded", "Rate Exceeded", "Rate exceeded"]
            .contains { words.contains($0) }
    }

    /// A file of that name was there before.
    static func areOfAnOutput(_ words: String) -> Bool {
        words.contains("already exists") && words.lowercased().contains("output")
    }

    /// What may go well the next time: time, memory and the browser differ from run to run.
    static func arePassing(_ words: String) -> Bool {
        let words = words.lowercased()
        return ["timed out", "timeout", "out of memory", "browser crashed", "target closed", "econnreset"]
            .contains { words.contains($0) }
    }
}
