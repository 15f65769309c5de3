#pragma once
#include <curl/curl.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

// libcurl's setters and getters are variadic, which Swift cannot call: one function for each type of argument.

typedef size_t (*clibcurl_io_callback)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode clibcurl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode clibcurl_set_size(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode clibcurl_set_text(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode clibcurl_set_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode clibcurl_set_io(CURL *handle, CURLoption option, clibcurl_io_callback callback) {
    return curl_easy_setopt(handle, option, callback);
}

static inline CURLcode clibcurl_set_seek(CURL *handle, curl_seek_callback callback) {
    return curl_easy_setopt(handle, CURLOPT_SEEKFUNCTION, callback);
}

static inline CURLcode clibcurl_set_opensocket(CURL *handle, curl_opensocket_callback callback) {
    return curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, callback);
}

static inline CURLcode clibcurl_set_closesocket(CURL *handle, curl_closesocket_callback callback) {
    return curl_easy_setopt(handle, CURLOPT_CLOSESOCKETFUNCTION, callback);
}

static inline CURLcode clibcurl_set_prereq(CURL *handle, curl_prereq_callback callback) {
    return curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, callback);
}

static inline CURLcode clibcurl_get_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}

static inline CURLcode clibcurl_get_size(CURL *handle, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(handle, info, value);
}

static inline CURLMcode clibcurl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

// The result is a member of a union.
static inline CURLcode clibcurl_message_result(const CURLMsg *message) { return message->data.result; }

// Bytes that a TCP socket has received, or 0 when the system does not tell. `tcpi_bytes_received` of Linux' `tcp_info`
// has this place; the header that names it cannot be read beside the one of the C library.
static inline unsigned long long clibcurl_bytes_received(int descriptor) {
    const size_t place = 128;
    unsigned char info[256];
    socklen_t size = sizeof(info);
    unsigned long long received = 0;
    if (getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, info, &size) != 0) return 0;
    if (size < place + sizeof(received)) return 0;
    memcpy(&received, info + place, sizeof(received));
    return received;
}

// The address is longer than its declared type when it is IPv6.
static inline const struct sockaddr *clibcurl_socket_address(const struct curl_sockaddr *address) {
    return &address->addr;
}
