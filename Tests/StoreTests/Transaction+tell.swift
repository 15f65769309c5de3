import Postgres

@testable import Store

extension Transaction {
    /// Tells what was announced, as a batch of callbacks does.
    func tell(_ announcements: [Announcement], tenants: [String: String], links: LinkMinter) throws {
        let subscribers = try read(.subscribers(ofTenants: Set(tenants.values).sorted()))
        guard let telling = Telling(announcements, tenants: tenants, subscribers: subscribers) else { return }
        try telling.write(try read(telling.contents(links: links)), in: self, links: links)
    }
}
