/// Why a URL may not be fetched.
package struct AddressPolicyError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, CaseIterable {
        case urlMalformed = "url_malformed"
        case schemeRefused = "scheme_refused"
        case userInfoRefused = "user_info_refused"
        case portRefused = "port_refused"
        case hostRefused = "host_refused"
        case addressRefused = "address_refused"
    }

    package let code: Code
    private let detail: String

    init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    package var description: String { detail }
}
