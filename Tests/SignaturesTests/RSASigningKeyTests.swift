import LoopbackSupport
import Signatures
import Testing

@Suite struct RSASigningKeyTests {
    private let signer = RSASigner.shared
    private let message = Array("header.claims".utf8)

    @Test(arguments: [HashAlgorithm.sha256, .sha512])
    func `what a key signs is verified by its certificate`(algorithm: HashAlgorithm) throws {
        let key = try RSASigningKey(pem: signer.keyPEM)
        let certificate = try SigningCertificate(pem: signer.pem)
        let signature = key.sign(message, using: algorithm)

        #expect(signature.count == 256)
        #expect(certificate.verifies(signature, of: message, using: algorithm))
        #expect(!certificate.verifies(signature, of: message + [0], using: algorithm))
        #expect(key.sign([], using: algorithm) != signature)
    }

    @Test func `it signs as any other program does`() throws {
        #expect(try RSASigningKey(pem: signer.keyPEM).sign(message) == signer.sign(message))
        #expect(try RSASigningKey(pem: RSASigner().keyPEM).sign(message) != signer.sign(message))
    }

    @Test func `what is no RSA key of a safe length is refused, and none of it is told`() throws {
        let cases: [[UInt8]] = [
            [], Array("-----BEGIN PRIVATE KEY-----".utf8), Array(signer.keyPEM.dropLast(200)),
            Array(repeating: 0x2d, count: 4_000), signer.keyPEM(password: "pass"),
            RSASigner(isRSA: false).keyPEM,
            RSASigner(bits: 1_024).keyPEM, signer.pem,
        ]
        for pem in cases {
            let error = #expect(throws: SignatureError.self) { try RSASigningKey(pem: pem) }
            #expect(error?.code == .keyMalformed)
        }
    }

    @Test func `a key is read up to its limit and not beyond`() throws {
        let space = [UInt8](repeating: 10, count: RSASigningKey.pemBytesMax - signer.keyPEM.count)

        _ = try RSASigningKey(pem: space + signer.keyPEM)
        #expect(throws: SignatureError.self) { try RSASigningKey(pem: space + [10] + signer.keyPEM) }
    }

    @Test func `printing a key shows nothing of it`() throws {
        let key = try RSASigningKey(pem: signer.keyPEM)
        var shown = ""
        dump(key, to: &shown)

        #expect("\(key)" == "(hidden)" && String(reflecting: key) == "(hidden)")
        #expect(!shown.contains("BEGIN"))
        #expect(try key == RSASigningKey(pem: signer.keyPEM))
    }
}
