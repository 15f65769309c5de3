import CLibpq
import Glibc

/// How a session is opened, asked and waited for, so that no server that has fallen silent holds its caller for ever.
extension Connection {
    /// How often somebody who waits looks whether the waiting is to be given up.
    private static let lookMilliseconds = 100

    /// Opens a session; the caller owns what it returns.
    static func open(
        _ connectionString: String,
        within limit: Duration
    ) throws(PostgresError) -> OpaquePointer {
        let options: [(String, String)] = [
            ("dbname", connectionString),
            ("fallback_application_name", "reelgate"),
            ("client_encoding", "UTF8"),
            ("keepalives_idle", "30"),
            ("tcp_user_timeout", "10000"),
        ]
        let started = unsafe withCStrings(options.map(\.0)) { names in
            unsafe withCStrings(options.map(\.1)) { values in
                unsafe PQconnectStartParams(names, values, 1)
            }
        }
        guard let handle = unsafe started else {
            throw PostgresError(code: .connectFailed, message: "out of memory")
        }
        let deadline = ContinuousClock.now + limit
        var events = POLLOUT
        while unsafe PQstatus(handle) != CONNECTION_BAD {
            guard unsafe wait(handle, for: events, until: deadline) else {
                unsafe PQfinish(handle)
                throw PostgresError(code: .connectFailed, message: "the server did not answer in time")
            }
            switch unsafe PQconnectPoll(handle) {
            case PGRES_POLLING_OK: return unsafe handle
            case PGRES_POLLING_READING: events = POLLIN
            case PGRES_POLLING_WRITING: events = POLLOUT
            default: throw unsafe refusal(of: handle)
            }
        }
        throw unsafe refusal(of: handle)
    }

    /// Sends something and returns the last answer to it, or the first error.
    func exchange(_ send: () -> Int32) throws(PostgresError) -> QueryResult {
        try unsafe owned(try answer(send))
    }

    private func answer(_ send: () -> Int32) throws(PostgresError) -> OpaquePointer? {
        guard send() == 1 else { throw lost() }
        let deadline = answerMilliseconds.map { ContinuousClock.now + .milliseconds($0) }
        try flush(until: deadline)
        var last: OpaquePointer?
        while true {
            do throws(PostgresError) {
                try awaitResult(until: deadline)
            } catch {
                unsafe PQclear(last)
                throw error
            }
            guard let result = unsafe PQgetResult(handle) else { break }
            // Behind an error nothing comes but the news that the session is lost.
            if let kept = unsafe last, unsafe PQresultStatus(kept) == PGRES_FATAL_ERROR {
                unsafe PQclear(result)
                continue
            }
            unsafe PQclear(last)
            unsafe last = result
        }
        return unsafe last
    }

    /// Hands all that is to be sent to the system.
    func flush(until deadline: ContinuousClock.Instant?) throws(PostgresError) {
        while true {
            let unsent = unsafe PQflush(handle)
            if unsent == 0 { break }
            guard unsent == 1 else { throw lost() }
            // A server that sends while we do must be read, or both wait for each other.
            try wait(for: POLLIN | POLLOUT, until: deadline)
            guard unsafe PQconsumeInput(handle) == 1 else { throw lost() }
        }
    }

    /// Waits until the next result can be taken; what cannot be read any more shows in that.
    func awaitResult(until deadline: ContinuousClock.Instant?) throws(PostgresError) {
        while unsafe PQisBusy(handle) == 1 {
            try wait(for: POLLIN, until: deadline)
            guard unsafe PQconsumeInput(handle) == 1 else { break }
        }
    }

    private func owned(_ result: OpaquePointer?) throws(PostgresError) -> QueryResult {
        guard let result = unsafe result else { throw lost() }
        let owner = unsafe QueryResult(owning: result)
        guard !owner.isSuccess else { return owner }
        let error = PostgresError(result: owner)
        // What the server said last may be that an administrator ends the session.
        guard unsafe PQstatus(handle) == CONNECTION_OK else { throw lost(sqlState: error.sqlState) }
        throw error
    }

    /// Takes what the server has sent and returns the notifications in it, or nil when the session is lost.
    func notifications(waitingMs milliseconds: Int) -> [PostgresNotification]? {
        var descriptor = pollfd(fd: unsafe PQsocket(handle), events: Int16(POLLIN), revents: 0)
        _ = unsafe poll(&descriptor, 1, Int32(milliseconds))
        guard unsafe PQconsumeInput(handle) == 1 else { return nil }
        var found: [PostgresNotification] = []
        while let notice = unsafe PQnotifies(handle) {
            let channel = unsafe String(cString: notice.pointee.relname)
            let payload = unsafe String(cString: notice.pointee.extra)
            found.append(PostgresNotification(channel: channel, payload: payload))
            unsafe PQfreemem(notice)
        }
        return found
    }

    private func wait(for events: Int32, until deadline: ContinuousClock.Instant?) throws(PostgresError) {
        while !isGivenUp {
            let look = ContinuousClock.now + .milliseconds(Self.lookMilliseconds)
            if unsafe Self.wait(handle, for: events, until: min(look, deadline ?? look)) { return }
            if let deadline, ContinuousClock.now >= deadline { break }
        }
        spoil()
        throw PostgresError(code: .connectionLost, message: "the server does not answer")
    }

    /// False when nothing happens until the deadline.
    private static func wait(
        _ handle: OpaquePointer,
        for events: Int32,
        until deadline: ContinuousClock.Instant
    ) -> Bool {
        while true {
            let left = max(0, Int32(clamping: Int((deadline - ContinuousClock.now) / .milliseconds(1))))
            var descriptor = pollfd(fd: unsafe PQsocket(handle), events: Int16(events), revents: 0)
            let count = unsafe poll(&descriptor, 1, left)
            if count != 0 && !(count < 0 && errno == EINTR) { return true }
            if ContinuousClock.now >= deadline { return false }
        }
    }

    private static func refusal(of handle: OpaquePointer) -> PostgresError {
        let message = unsafe String(cString: PQerrorMessage(handle))
        unsafe PQfinish(handle)
        // libpq keeps the code of a refused session to itself.
        let isFull =
            message.contains("too many clients") || message.contains("remaining connection slots")
            || message.contains("too many connections")
        return PostgresError(code: .connectFailed, message: message, sqlState: isFull ? "53300" : "")
    }

    func lost(sqlState: String = "") -> PostgresError {
        spoil()
        let message = unsafe String(cString: PQerrorMessage(handle))
        return PostgresError(code: .connectionLost, message: message, sqlState: sqlState)
    }
}

/// Gives `body` a null-terminated array of C strings that live as long as the call.
private func withCStrings<Result>(
    _ strings: [String],
    _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result
) -> Result {
    let copies = unsafe strings.map { unsafe strdup($0) }
    defer { for index in unsafe copies.indices { unsafe free(copies[index]) } }
    let pointers = unsafe copies.map { unsafe UnsafePointer<CChar>($0) } + [nil]
    return unsafe pointers.withUnsafeBufferPointer { unsafe body($0.baseAddress) }
}
