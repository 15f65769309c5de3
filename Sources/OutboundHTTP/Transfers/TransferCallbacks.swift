import CLibcurl
import Glibc

// libcurl calls these on the driver's thread. They copy bytes and set flags; errors are told later.

private func transfer(_ context: UnsafeMutableRawPointer?) -> Transfer? {
    guard let context = unsafe context else { return nil }
    return unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
}

func receiveBody(
    bytes: UnsafeMutablePointer<CChar>?,
    size: Int,
    count: Int,
    context: UnsafeMutableRawPointer?
) -> Int {
    guard let transfer = unsafe transfer(context) else { return 0 }
    let buffer = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
    return unsafe transfer.takeBody(buffer) ? size * count : 0
}

func receiveHeader(
    bytes: UnsafeMutablePointer<CChar>?,
    size: Int,
    count: Int,
    context: UnsafeMutableRawPointer?
) -> Int {
    guard let transfer = unsafe transfer(context) else { return 0 }
    let buffer = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
    return unsafe transfer.takeHeader(Array(buffer)) ? size * count : 0
}

func sendFile(
    bytes: UnsafeMutablePointer<CChar>?,
    size: Int,
    count: Int,
    context: UnsafeMutableRawPointer?
) -> Int {
    guard let file = unsafe transfer(context)?.upload else { return Int(CURL_READFUNC_ABORT) }
    let read = unsafe file.read(into: UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
    return read < 0 ? Int(CURL_READFUNC_ABORT) : read
}

func seekFile(context: UnsafeMutableRawPointer?, offset: curl_off_t, origin: Int32) -> Int32 {
    guard origin == SEEK_SET, let file = unsafe transfer(context)?.upload, file.seek(to: Int64(offset)) else {
        return CURL_SEEKFUNC_FAIL
    }
    return CURL_SEEKFUNC_OK
}

/// Is called each time that the request is about to be sent: again when a connection that was kept turns out dead.
func noteRequest(
    context: UnsafeMutableRawPointer?,
    remoteAddress: UnsafeMutablePointer<CChar>?,
    localAddress: UnsafeMutablePointer<CChar>?,
    remotePort: Int32,
    localPort: Int32
) -> Int32 {
    guard let transfer = unsafe transfer(context), transfer.noteRequest() else {
        return CURL_PREREQFUNC_ABORT
    }
    return CURL_PREREQFUNC_OK
}

/// Opens the socket of a new connection if its address may be reached.
///
/// This sees the address that will be dialled, after every lookup, so no second answer of a name server can slip by.
func openCheckedSocket(
    context: UnsafeMutableRawPointer?,
    purpose: curlsocktype,
    address: UnsafeMutablePointer<curl_sockaddr>?
) -> curl_socket_t {
    guard let transfer = unsafe transfer(context), let address = unsafe address,
        let socketAddress = unsafe clibcurl_socket_address(address),
        transfer.allows(unsafe IPAddress(socketAddress: socketAddress))
    else { return CURL_SOCKET_BAD }
    let target = unsafe address.pointee
    let descriptor = socket(target.family, target.socktype | Int32(SOCK_CLOEXEC.rawValue), target.protocol)
    if descriptor >= 0 { transfer.sockets?.open(descriptor) }
    return descriptor
}

/// Closes a socket that was opened by `openCheckedSocket`; the context is the driver's `Sockets`.
func closeSocket(context: UnsafeMutableRawPointer?, descriptor: curl_socket_t) -> Int32 {
    guard let context = unsafe context else { return close(descriptor) }
    return unsafe Unmanaged<Sockets>.fromOpaque(context).takeUnretainedValue().close(descriptor)
}
