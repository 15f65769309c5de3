#pragma once
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

// What a server of the tests needs of OpenSSL and Swift cannot call: macros and variadic functions.

static inline EVP_PKEY *loopback_key(void) { return EVP_EC_gen("P-256"); }

static inline EVP_PKEY *loopback_rsa_key(unsigned int bits) { return EVP_RSA_gen(bits); }

// The text of a certificate, of at most `size` bytes; returns how many there are.
static inline int loopback_pem(X509 *certificate, unsigned char *buffer, int size) {
    BIO *text = BIO_new(BIO_s_mem());
    if (text == NULL) return 0;
    PEM_write_bio_X509(text, certificate);
    int count = BIO_read(text, buffer, size);
    BIO_free(text);
    return count > 0 ? count : 0;
}

// The text of a private key; with a password it is encrypted.
static inline int loopback_key_pem(EVP_PKEY *key, const char *password, unsigned char *buffer, int size) {
    BIO *text = BIO_new(BIO_s_mem());
    if (text == NULL) return 0;
    PEM_write_bio_PrivateKey(text, key, password == NULL ? NULL : EVP_aes_128_cbc(), NULL, 0, NULL, (void *)password);
    int count = BIO_read(text, buffer, size);
    BIO_free(text);
    return count > 0 ? count : 0;
}

static inline void loopback_extend(X509 *certificate, X509 *issuer, int kind, const char *value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, kind, value);
    if (extension == NULL) return;
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

// A certificate for `names` (like "IP:127.0.0.1,DNS:localhost") that holds from one number of seconds after now to
// another. Without an issuer it is signed by itself.
static inline X509 *loopback_certificate(EVP_PKEY *key, const char *subject, const char *names, long from, long to,
                                         X509 *issuer, EVP_PKEY *issuer_key) {
    X509 *certificate = X509_new();
    if (certificate == NULL) return NULL;
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), issuer == NULL ? 1 : 2);
    X509_gmtime_adj(X509_getm_notBefore(certificate), from);
    X509_gmtime_adj(X509_getm_notAfter(certificate), to);
    X509_set_pubkey(certificate, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                               (const unsigned char *)subject, -1, -1, 0);
    X509_set_issuer_name(certificate, X509_get_subject_name(issuer == NULL ? certificate : issuer));
    loopback_extend(certificate, issuer == NULL ? certificate : issuer, NID_basic_constraints,
                    issuer == NULL ? "critical,CA:TRUE" : "critical,CA:FALSE");
    if (names != NULL) loopback_extend(certificate, issuer == NULL ? certificate : issuer, NID_subject_alt_name, names);
    X509_sign(certificate, issuer_key == NULL ? key : issuer_key, EVP_sha256());
    return certificate;
}

static inline int loopback_choose_protocol(SSL *connection, const unsigned char **chosen, unsigned char *chosen_size,
                                           const unsigned char *offered, unsigned int offered_size, void *context) {
    static const unsigned char ours[] = "\x02h2";
    (void)connection;
    (void)context;
    int result = SSL_select_next_proto((unsigned char **)chosen, chosen_size, ours, sizeof(ours) - 1, offered,
                                       offered_size);
    return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

static inline void loopback_speak_http2(SSL_CTX *context) {
    SSL_CTX_set_alpn_select_cb(context, loopback_choose_protocol, NULL);
}

static inline void loopback_speak_tls12(SSL_CTX *context) {
    SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
}
