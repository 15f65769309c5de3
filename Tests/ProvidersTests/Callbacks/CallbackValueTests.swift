import Signatures
import Testing

@testable import Providers

@Suite struct CallbackValueTests {
    @Test func `a callback's secret belongs to one provider and one task`() {
        let secrets = CallbackSecrets(serverSecret: Array("ours".utf8))
        let secret = secrets.secret(provider: "heard", token: "t1")
        #expect(secret == secrets.secret(provider: "heard", token: "t1"))
        #expect(secret != secrets.secret(provider: "other", token: "t1"))
        #expect(secret != secrets.secret(provider: "heard", token: "t2"))
        let others = CallbackSecrets(serverSecret: Array("theirs".utf8))
        #expect(secret != others.secret(provider: "heard", token: "t1"))
        // 256 bits that may stand in a header and in a URL.
        #expect(Base64URL.decode(secret.reveal())?.count == 32)
    }

    @Test func `a secret is not printed`() {
        let secret = Secret("sesame")
        for text in ["\(secret)", String(reflecting: secret), "\([secret])"] {
            #expect(!text.contains("sesame"))
        }
        var dumped = ""
        dump(FetchHeader(name: "authorization", value: secret), to: &dumped)
        #expect(!dumped.contains("sesame"))
        #expect(secret.matches("sesame"))
        #expect(!secret.matches("Sesame"))
        #expect(!Secret("").matches(""))
    }

    @Test func `a query is read by name`() {
        let query = CallbackQuery("id=z2%2Fjf&status=success&empty=&flag&id=second&bad=%ff&plus=a+b")
        #expect(query["id"] == "z2/jf")
        #expect(query["status"] == "success")
        #expect(query["empty"] == "")
        #expect(query["flag"] == "")
        #expect(query["plus"] == "a b")
        #expect(query["bad"] == nil)
        #expect(query["none"] == nil)
        #expect(CallbackQuery("")[""] == nil)
        // As a provider may add its own to an address that has a query.
        let added = CallbackQuery("task=tsk_1.2?id=z2&status=success")
        #expect(added["task"] == "tsk_1.2" && added["id"] == "z2" && added["status"] == "success")
    }

    @Test(arguments: [
        ("tsk_1.2", 2), ("tsk_1.10", 10), ("tsk_1", nil), ("tsk_1.", nil), ("tsk_1.0", nil),
        ("tsk_1.-1", nil), ("tsk_1.99999999999999999999", nil), ("", nil), (".", nil),
    ]) func `a tag names its attempt`(text: String, attempt: Int?) {
        #expect(TaskTag.attempt(in: text) == attempt)
    }

    @Test func `a query is read up to its limit and not beyond`() {
        let filler = String(repeating: "x", count: CallbackQuery.bytesMax - 5)
        #expect(CallbackQuery("\(filler)&id=1")["id"] == "1")
        #expect(CallbackQuery("\(filler)x&id=1")["id"] == "")
        #expect(CallbackQuery("\(filler)xxxxx&id=1")["id"] == nil)
    }

    @Test func `only a callback that came with more than its address is the provider's word`() {
        #expect(ToldCallback(trust: .signed, body: []).isTheProvidersWord)
        #expect(ToldCallback(trust: .secret, body: []).isTheProvidersWord)
        #expect(!ToldCallback(trust: .capability, body: []).isTheProvidersWord)
    }
}
