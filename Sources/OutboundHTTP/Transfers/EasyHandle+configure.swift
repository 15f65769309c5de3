import CLibcurl

extension EasyHandle {
    /// Sets all options for `transfer`, or returns why it cannot be sent.
    func configure(for transfer: Transfer, certificatesPath: String?) -> TransferError? {
        reset()
        set(CURLOPT_URL, transfer.request.url)
        configureSafety()
        configureVersion(of: transfer.request.url)
        configureTimes(transfer.timeouts, spentMilliseconds: transfer.lookupMilliseconds)
        if let failure = pinAddresses(of: transfer) { return failure }
        if transfer.download != nil || transfer.uploadSource != nil { configureBuffers() }
        if let certificatesPath { set(CURLOPT_CAINFO, certificatesPath) }
        if let failure = configureRequest(transfer) { return failure }
        configureCallbacks(transfer)
        return isConfigured ? nil : TransferError(.invalidRequest, "libcurl refuses the request")
    }

    private func configureSafety() {
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
        // A proxy from the environment would be connected to in place of the address that we check.
        set(CURLOPT_PROXY, "")
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_PATH_AS_IS, 1)
        set(CURLOPT_TCP_KEEPALIVE, 1)
        // Without this, giving up on a slow name lookup waits for it and holds up every other transfer.
        set(CURLOPT_QUICK_EXIT, 1)
        // A connection outlives what a name stood for when it was opened, but not for long.
        set(CURLOPT_MAXLIFETIME_CONN, Self.connectionSecondsMax)
        set(CURLOPT_DNS_CACHE_TIMEOUT, NameCache.allowedSecondsMax)
    }

    /// Has libcurl dial what was looked up and judged, in place of asking again.
    private func pinAddresses(of transfer: Transfer) -> TransferError? {
        guard !transfer.addresses.isEmpty else { return nil }
        guard
            let pinned = PinnedAddresses(
                host: transfer.target.spelledHost,
                port: transfer.target.port,
                addresses: transfer.addresses
            )
        else { return TransferError(.closed, "libcurl has no memory for an address") }
        unsafe set(CURLOPT_RESOLVE, pointer: UnsafeMutableRawPointer(pinned.pointer))
        transfer.pinned = pinned
        return nil
    }

    /// The longest that one connection is used for.
    private static let connectionSecondsMax = 300

    /// Requests share an HTTP/2 connection over TLS.
    ///
    /// Without TLS it is HTTP/1.1: with HTTP/2 in view, libcurl would hold every request to a host back until the
    /// first one is answered, and a host that hangs would stop them all.
    private func configureVersion(of url: String) {
        guard url.lowercased().hasPrefix("https:") else {
            return set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        }
        set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS)
        set(CURLOPT_PIPEWAIT, 1)
    }

    private func configureTimes(_ timeouts: TransferTimeouts, spentMilliseconds spent: Int) {
        // 0 would mean no limit.
        set(CURLOPT_CONNECTTIMEOUT_MS, max(1, timeouts.connectMilliseconds - spent))
        if let total = timeouts.totalMilliseconds { set(CURLOPT_TIMEOUT_MS, max(1, total - spent)) }
        // Also beside a total time: that of a long download is hours, which a server that hangs must not have.
        set(CURLOPT_LOW_SPEED_LIMIT, timeouts.speedBytesPerSecondMin)
        set(CURLOPT_LOW_SPEED_TIME, timeouts.stalledSecondsMax)
    }

    /// Larger buffers, for files.
    private func configureBuffers() {
        set(CURLOPT_BUFFERSIZE, 128 << 10)
        set(CURLOPT_UPLOAD_BUFFERSIZE, 128 << 10)
    }

    private func configureRequest(_ transfer: Transfer) -> TransferError? {
        let request = transfer.request
        let invalid = TransferError(.invalidRequest, "the request has a malformed method or header")
        guard !request.method.isEmpty, request.method.utf8.allSatisfy(HeaderList.isNameByte) else {
            return invalid
        }
        let headers = HeaderList()
        var areValid = headers.suppress(name: "Expect")
        for header in request.headers {
            areValid = areValid && headers.add(name: header.name, value: header.value)
        }
        if let source = transfer.uploadSource {
            guard let file = UploadFile(source) else {
                return TransferError(.fileFailed, "the file to send cannot be opened")
            }
            transfer.upload = file
            set(CURLOPT_UPLOAD, 1)
            set(CURLOPT_INFILESIZE_LARGE, size: file.sizeBytes)
        } else if let body = request.body {
            set(CURLOPT_POST, 1)
            set(CURLOPT_POSTFIELDSIZE_LARGE, size: Int64(body.count))
            set(CURLOPT_COPYPOSTFIELDS, copying: body)
            if request.headers.firstValue(named: "content-type") == nil {
                areValid = areValid && headers.suppress(name: "Content-Type")
            }
        } else if request.method == "HEAD" {
            set(CURLOPT_NOBODY, 1)
        } else if request.method == "POST" || request.method == "PUT" {
            set(CURLOPT_POST, 1)
            set(CURLOPT_POSTFIELDSIZE_LARGE, size: 0)
            areValid = areValid && headers.suppress(name: "Content-Type")
        }
        guard areValid else { return invalid }
        set(CURLOPT_CUSTOMREQUEST, request.method)
        unsafe set(CURLOPT_HTTPHEADER, pointer: UnsafeMutableRawPointer(headers.pointer))
        transfer.headers = headers
        return nil
    }

    /// The callbacks get the transfer itself, which the driver keeps alive until libcurl is done with it.
    private func configureCallbacks(_ transfer: Transfer) {
        let context = unsafe Unmanaged.passUnretained(transfer).toOpaque()
        unsafe set(CURLOPT_WRITEFUNCTION, callback: receiveBody)
        unsafe set(CURLOPT_WRITEDATA, pointer: context)
        unsafe set(CURLOPT_HEADERFUNCTION, callback: receiveHeader)
        unsafe set(CURLOPT_HEADERDATA, pointer: context)
        unsafe setOpenSocket(openCheckedSocket)
        unsafe set(CURLOPT_OPENSOCKETDATA, pointer: context)
        if let sockets = transfer.sockets {
            // A connection outlives its transfer, but not the driver that keeps the sockets.
            unsafe setCloseSocket(closeSocket)
            unsafe set(CURLOPT_CLOSESOCKETDATA, pointer: Unmanaged.passUnretained(sockets).toOpaque())
        }
        unsafe setBeforeRequest(noteRequest)
        unsafe set(CURLOPT_PREREQDATA, pointer: context)
        guard transfer.upload != nil else { return }
        unsafe set(CURLOPT_READFUNCTION, callback: sendFile)
        unsafe set(CURLOPT_READDATA, pointer: context)
        unsafe setSeek(seekFile)
        unsafe set(CURLOPT_SEEKDATA, pointer: context)
    }
}
