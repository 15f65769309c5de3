/// A callback as a service of the tests would post it.
package struct FakeCallback: Sendable {
    package var url: String
    package var headers: [(name: String, value: String)]
    package private(set) var body: String
    /// The headers that sign a body, where the service signs.
    private var signed: (@Sendable (_ body: String) -> [(name: String, value: String)])?
    /// The body with a proof that is nearly right, where the body itself holds it.
    private var forgedBody: String?

    package init(url: String, headers: [(name: String, value: String)], body: String) {
        self.url = url
        self.headers = headers
        self.body = body
    }

    /// One whose body holds its own proof.
    package init(
        url: String,
        headers: [(name: String, value: String)],
        body: String,
        forgedBody: String
    ) {
        self.init(url: url, headers: headers, body: body)
        self.forgedBody = forgedBody
    }

    /// One whose headers follow from its body.
    package init(
        url: String,
        body: String,
        signed: @escaping @Sendable (_ body: String) -> [(name: String, value: String)]
    ) {
        self.init(url: url, headers: signed(body), body: body)
        self.signed = signed
    }

    /// The same with another body, which the service vouches for as for its own.
    package func with(body: String) -> FakeCallback {
        var changed = self
        changed.body = body
        if let signed { changed.headers = signed(body) }
        return changed
    }

    /// The same, so many bytes long: white space at its end means nothing.
    package func grown(to bytes: Int) -> FakeCallback {
        with(body: body + String(repeating: " ", count: max(0, bytes - body.utf8.count)))
    }

    /// The same from somebody who only knows its address: what proves its sender is nearly right.
    package var forged: FakeCallback {
        var forged = self
        if let forgedBody {
            forged.body = forgedBody
            return forged
        }
        forged.headers = headers.map { header in
            guard header.name != "content-type", let last = header.value.last else { return header }
            return (header.name, header.value.dropLast() + (last == "0" ? "1" : "0"))
        }
        return forged
    }
}
