import CLibcurl

/// One libcurl easy handle.
///
/// It belongs to the driver's thread.
@safe
final class EasyHandle {
    /// Tells handles apart by their address.
    typealias ID = UInt

    let pointer: UnsafeMutableRawPointer
    private var firstFailure = CURLE_OK

    /// Where libcurl says what went wrong, in its own and in OpenSSL's words.
    private let message: UnsafeMutablePointer<CChar>

    init?() {
        guard let pointer = unsafe curl_easy_init() else { return nil }
        unsafe self.pointer = pointer
        unsafe message = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe message.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    var id: ID { unsafe ID(bitPattern: pointer) }

    deinit {
        unsafe curl_easy_cleanup(pointer)
        unsafe message.deallocate()
    }

    /// Whether the other side ended TLS with an alert once it was set up, as it does without a client's certificate.
    var isAlerted: Bool { unsafe String(cString: message).contains(" alert ") }

    /// The first setter that failed since `reset`, if any did.
    var isConfigured: Bool { firstFailure == CURLE_OK }

    /// Forgets all options; connections, names and TLS sessions stay known.
    func reset() {
        unsafe curl_easy_reset(pointer)
        firstFailure = CURLE_OK
        unsafe message.pointee = 0
        unsafe set(CURLOPT_ERRORBUFFER, pointer: UnsafeMutableRawPointer(message))
    }

    func set(_ option: CURLoption, _ value: Int) { note(unsafe clibcurl_set_long(pointer, option, value)) }

    func set(_ option: CURLoption, size value: Int64) {
        note(unsafe clibcurl_set_size(pointer, option, curl_off_t(value)))
    }

    /// Sets a text, which libcurl copies.
    func set(_ option: CURLoption, _ value: String) { note(unsafe clibcurl_set_text(pointer, option, value)) }

    /// Sets a body, which libcurl copies.
    ///
    /// Its size must have been set before.
    func set(_ option: CURLoption, copying bytes: [UInt8]) {
        let status = unsafe bytes.withUnsafeBytes { buffer in
            // An empty array has no address, and without one libcurl would wait for a read callback.
            let start = unsafe buffer.baseAddress ?? UnsafeRawPointer(pointer)
            return unsafe clibcurl_set_text(pointer, option, start.assumingMemoryBound(to: CChar.self))
        }
        note(status)
    }

    /// Sets a pointer that must stay valid while the handle is in use.
    func set(_ option: CURLoption, pointer value: UnsafeMutableRawPointer?) {
        note(unsafe clibcurl_set_pointer(pointer, option, value))
    }

    func set(_ option: CURLoption, callback: clibcurl_io_callback) {
        note(unsafe clibcurl_set_io(pointer, option, callback))
    }

    func setSeek(_ callback: @escaping curl_seek_callback) {
        note(unsafe clibcurl_set_seek(pointer, callback))
    }

    func setOpenSocket(_ callback: @escaping curl_opensocket_callback) {
        note(unsafe clibcurl_set_opensocket(pointer, callback))
    }

    func setCloseSocket(_ callback: @escaping curl_closesocket_callback) {
        note(unsafe clibcurl_set_closesocket(pointer, callback))
    }

    func setBeforeRequest(_ callback: @escaping curl_prereq_callback) {
        note(unsafe clibcurl_set_prereq(pointer, callback))
    }

    func microseconds(_ info: CURLINFO) -> Int64 {
        var value: curl_off_t = 0
        guard unsafe clibcurl_get_size(pointer, info, &value) == CURLE_OK else { return 0 }
        return Int64(value)
    }

    func number(_ info: CURLINFO) -> Int {
        var value = 0
        guard unsafe clibcurl_get_long(pointer, info, &value) == CURLE_OK else { return 0 }
        return value
    }

    private func note(_ status: CURLcode) {
        if firstFailure == CURLE_OK { firstFailure = status }
    }
}
