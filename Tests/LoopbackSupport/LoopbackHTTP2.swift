/// The server's side of one HTTP/2 connection, just enough to misbehave on purpose.
///
/// It reads no header of a request: a request is known by its body.
package final class LoopbackHTTP2 {
    package struct Request: Sendable {
        package let stream: UInt32
        package let body: [UInt8]
    }

    package enum ErrorCode: UInt32 {
        case noError = 0
        case internalError = 2
        case refusedStream = 7
        case enhanceYourCalm = 11
    }

    private enum Kind {
        static let data: UInt8 = 0
        static let headers: UInt8 = 1
        static let reset: UInt8 = 3
        static let settings: UInt8 = 4
        static let ping: UInt8 = 6
        static let goAway: UInt8 = 7
        static let continuation: UInt8 = 9
    }

    private static let endOfStream: UInt8 = 1
    private static let endOfHeaders: UInt8 = 4
    private static let acknowledgement: UInt8 = 1
    private static let streamsMaxSetting: UInt16 = 3
    private static let windowSetting: UInt16 = 4
    private static let prefaceBytes = 24

    private let connection: LoopbackConnection
    private var bodies: [UInt32: [UInt8]] = [:]

    /// Streams that were under way at once at most, as the server saw them.
    package private(set) var openMost = 0

    /// Takes the client's greeting and sends its own; with `windowBytes` a stream may send no more than that at first.
    package init?(_ connection: LoopbackConnection, streamsMax: UInt32? = nil, windowBytes: UInt32? = nil) {
        self.connection = connection
        guard connection.read(Self.prefaceBytes) != nil else { return nil }
        var settings: [UInt8] = []
        if let streamsMax { settings += Self.bytes(Self.streamsMaxSetting) + Self.bytes(streamsMax) }
        if let windowBytes { settings += Self.bytes(Self.windowSetting) + Self.bytes(windowBytes) }
        send(Kind.settings, payload: settings)
    }

    /// Reads on until a request is there whole; nil when the client has gone.
    package func readRequest() -> Request? {
        while let head = connection.read(9) {
            let size = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
            let stream = head[5..<9].reduce(0) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
            guard let payload = connection.read(size) else { return nil }
            let isLast = head[4] & Self.endOfStream != 0
            switch head[3] {
            case Kind.settings:
                if head[4] & Self.acknowledgement == 0 { send(Kind.settings, flags: Self.acknowledgement) }
            case Kind.headers:
                bodies[stream] = []
                openMost = max(openMost, bodies.count)
                if isLast { return Request(stream: stream, body: bodies.removeValue(forKey: stream) ?? []) }
            case Kind.data:
                bodies[stream]?.append(contentsOf: payload)
                if isLast, let body = bodies.removeValue(forKey: stream) {
                    return Request(stream: stream, body: body)
                }
            default: break
            }
        }
        return nil
    }

    /// Answers with an empty 200.
    package func respond(_ request: Request) {
        // 0x88 is `:status 200` of the static table.
        send(
            Kind.headers,
            flags: Self.endOfHeaders | Self.endOfStream,
            stream: request.stream,
            payload: [0x88]
        )
    }

    /// Begins to answer, and never comes to the end of the headers.
    package func answerWithoutEnd(_ request: Request) {
        guard send(Kind.headers, stream: request.stream, payload: [0x88]) else { return }
        while send(Kind.continuation, stream: request.stream) {}
    }

    package func reset(_ request: Request, _ code: ErrorCode) {
        send(Kind.reset, stream: request.stream, payload: Self.bytes(code.rawValue))
    }

    /// Says that nothing after `lastStream` was or will be looked at.
    package func goAway(lastStream: UInt32, _ code: ErrorCode = .noError) {
        send(Kind.goAway, payload: Self.bytes(lastStream) + Self.bytes(code.rawValue))
    }

    @discardableResult
    package func ping() -> Bool { send(Kind.ping, payload: [UInt8](repeating: 7, count: 8)) }

    @discardableResult
    private func send(_ kind: UInt8, flags: UInt8 = 0, stream: UInt32 = 0, payload: [UInt8] = []) -> Bool {
        let size = Array(Self.bytes(UInt32(payload.count)).dropFirst())
        return connection.write(size + [kind, flags] + Self.bytes(stream) + payload)
    }

    private static func bytes<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }
}
