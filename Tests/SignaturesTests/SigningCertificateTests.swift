import Foundation
import LoopbackSupport
import Signatures
import Testing

@Suite struct SigningCertificateTests {
    private let signer = RSASigner.shared
    private let message = Array("Message\nhello\n".utf8)
    private let now = Int64(Date().timeIntervalSince1970)

    @Test(arguments: [true, false])
    func `a certificate's owner signed what it verifies`(withSHA1: Bool) throws {
        let certificate = try SigningCertificate(pem: signer.pem)
        let signature = signer.sign(message, withSHA1: withSHA1)
        let (right, wrong): (HashAlgorithm, HashAlgorithm) =
            withSHA1 ? (.sha1, .sha256) : (.sha256, .sha1)

        #expect(certificate.verifies(signature, of: message, using: right))
        #expect(!certificate.verifies(signature, of: message, using: wrong))
        #expect(!certificate.verifies(signature, of: message + [10], using: right))
        #expect(!certificate.verifies(signature.dropLast(), of: message, using: right))
        #expect(!certificate.verifies([], of: message, using: right))
        #expect(!certificate.verifies(signature.reversed(), of: message, using: right))
    }

    @Test func `another's certificate verifies nothing of it`() throws {
        let other = try SigningCertificate(pem: RSASigner().pem)

        #expect(!other.verifies(signer.sign(message), of: message, using: .sha256))
    }

    @Test func `a certificate is good between its times only`() throws {
        let certificate = try SigningCertificate(pem: RSASigner(from: -86_400, to: 86_400).pem)

        #expect(certificate.isValid(at: now))
        #expect(!certificate.isValid(at: now - 2 * 86_400))
        #expect(!certificate.isValid(at: now + 2 * 86_400))
        #expect(try !SigningCertificate(pem: RSASigner(from: -100, to: -50).pem).isValid(at: now))
    }

    @Test func `what is no certificate of an RSA key of a safe length is refused`() throws {
        let text = String(decoding: signer.pem, as: UTF8.self)
        let encrypted = text.replacing(
            "-----BEGIN CERTIFICATE-----\n",
            with: "-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n"
        )
        let cases: [[UInt8]] = [
            [], Array("-----BEGIN CERTIFICATE-----".utf8), Array(signer.pem.dropLast(100)),
            Array(repeating: 0x2d, count: 4_000), Array(encrypted.utf8), RSASigner(isRSA: false).pem,
            RSASigner(bits: 1_024).pem,
        ]
        for pem in cases {
            let error = #expect(throws: SignatureError.self) { try SigningCertificate(pem: pem) }
            #expect(error?.code == .certificateMalformed)
        }
    }

    @Test func `a certificate is read up to its limit and not beyond`() throws {
        let space = [UInt8](repeating: 10, count: SigningCertificate.pemBytesMax - signer.pem.count)

        _ = try SigningCertificate(pem: space + signer.pem)
        #expect(throws: SignatureError.self) { try SigningCertificate(pem: space + [10] + signer.pem) }
    }

    @Test func `the hashes give the published digests`() {
        let abc = Array("abc".utf8)
        let sha1 = "a9993e364706816aba3e25717850c26c9cd0d89d"

        #expect(Hex.encode(MessageDigest.hash(abc, using: .sha1)) == sha1)
        #expect(MessageDigest.hash(abc, using: .sha256) == SHA256Digest.hash(abc))
        for algorithm in HashAlgorithm.allCases {
            #expect(MessageDigest.hash([], using: algorithm).count == algorithm.digestBytes)
            #expect(HMACCode.make(of: abc, key: [1], using: algorithm).count == algorithm.digestBytes)
        }
    }
}
