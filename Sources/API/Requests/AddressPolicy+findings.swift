import Contracts
import OutboundHTTP

extension AddressPolicy {
    /// Notes why `url` may not be fetched, if its text alone tells.
    ///
    /// `instead` says where a user name and a password belong.
    func check(
        _ url: String,
        at pointer: String,
        blocked: Problem.Slug = .invalidRequest,
        instead: String? = nil,
        findings: inout Findings
    ) {
        do throws(AddressPolicyError) {
            try check(url: url)
        } catch {
            let slug: Problem.Slug =
                switch error.code {
                case .urlMalformed, .userInfoRefused: .invalidRequest
                // Plain http is a matter of policy, any other scheme is a matter of syntax.
                case .schemeRefused: url.lowercased().hasPrefix("http://") ? blocked : .invalidRequest
                case .portRefused, .hostRefused, .addressRefused: blocked
                }
            let advice = error.code == .userInfoRefused ? instead.map { "; \($0)" } : nil
            findings.add(pointer, error.description + (advice ?? ""), slug: slug)
        }
    }
}
