import CLibcurl

/// What libcurl knows of a transfer at its end.
struct TransferFacts {
    var timing = TransferTiming()
    var isConnected = false
    var isRequestSent = false
    var phase = TransferPhase.connect
    var isAlerted = false
    /// OpenSSL's verdict on the certificate.
    var certificateCode = 0

    init(of handle: EasyHandle) {
        let lookup = handle.microseconds(CURLINFO_NAMELOOKUP_TIME_T)
        let connect = handle.microseconds(CURLINFO_CONNECT_TIME_T)
        let tls = handle.microseconds(CURLINFO_APPCONNECT_TIME_T)
        let ready = handle.microseconds(CURLINFO_PRETRANSFER_TIME_T)
        let firstByte = handle.microseconds(CURLINFO_STARTTRANSFER_TIME_T)
        timing.dnsMilliseconds = Int(lookup / 1000)
        timing.connectMilliseconds = Int(max(0, connect - lookup) / 1000)
        timing.tlsMilliseconds = Int(max(0, tls - connect) / 1000)
        timing.firstByteMilliseconds = Int(max(0, firstByte - ready) / 1000)
        timing.totalMilliseconds = Int(handle.microseconds(CURLINFO_TOTAL_TIME_T) / 1000)
        isConnected = ready > 0
        isRequestSent = handle.number(CURLINFO_REQUEST_SIZE) > 0
        isAlerted = handle.isAlerted
        certificateCode = handle.number(CURLINFO_SSL_VERIFYRESULT)
        // libcurl notes the time of a connection only when TLS is there too, but its own port at once.
        let isSocketConnected = handle.number(CURLINFO_LOCAL_PORT) > 0
        phase = isConnected ? .headers : isSocketConnected ? .tls : .connect
    }
}
