"""An S3 server for tests: moto behind a guard that checks what moto takes on trust.

    python server.py KEY SECRET [TOKEN]

Every request must be signed by the key (in headers, or as a link that has not expired), and its body must have the
digests that it announces; botocore reckons the signatures. It listens on a free loopback port, prints it, and ends
with its standard input.
"""

import base64
import datetime
import hashlib
import logging
import os
import sys
import threading
from urllib.parse import parse_qsl, urlsplit

from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

KEY, SECRET = sys.argv[1:3]
TOKEN = sys.argv[3] if len(sys.argv) > 3 else None
SKEW = datetime.timedelta(minutes=15)
HASHED_MAX = 256 << 20


class Refusal(Exception):
    def __init__(self, status, code):
        self.status, self.code = status, code


def moment(text):
    try:
        return datetime.datetime.strptime(text, "%Y%m%dT%H%M%SZ")
    except ValueError:
        raise Refusal("400 Bad Request", "AuthorizationHeaderMalformed")


def now():
    return datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)


def signer(kind, scope, **more):
    parts = scope.split("/")
    if len(parts) != 5 or parts[4] != "aws4_request" or parts[3] != "s3":
        raise Refusal("400 Bad Request", "AuthorizationHeaderMalformed")
    if parts[0] != KEY:
        raise Refusal("403 Forbidden", "InvalidAccessKeyId")
    return kind(Credentials(KEY, SECRET), "s3", parts[2], **more), parts[1]


def check(kind, method, url, headers, signed, scope, at, signature, **more):
    made, day = signer(kind, scope, **more)
    if not at.startswith(day):
        raise Refusal("403 Forbidden", "SignatureDoesNotMatch")
    request = AWSRequest(method=method, url=url)
    for name in signed.split(";"):
        if name not in headers:
            raise Refusal("403 Forbidden", "SignatureDoesNotMatch")
        request.headers[name] = headers[name]
    request.context["timestamp"] = at
    text = made.string_to_sign(request, made.canonical_request(request))
    if made.signature(text, request) != signature:
        raise Refusal("403 Forbidden", "SignatureDoesNotMatch")


def check_header(method, url, headers):
    kind, _, fields = headers["authorization"].partition(" ")
    fields = dict(field.strip().split("=", 1) for field in fields.split(","))
    at, signed = headers.get("x-amz-date", ""), fields["SignedHeaders"]
    if kind != "AWS4-HMAC-SHA256" or abs(now() - moment(at)) > SKEW:
        raise Refusal("403 Forbidden", "RequestTimeTooSkewed")
    for name in headers:
        if name.startswith("x-amz-") and name not in signed.split(";"):
            raise Refusal("403 Forbidden", "AccessDenied")
    if headers.get("x-amz-security-token") != TOKEN:
        raise Refusal("403 Forbidden", "InvalidToken")
    check(S3SigV4Auth, method, url, headers, signed, fields["Credential"], at, fields["Signature"])


def check_link(method, url, headers, query):
    at = query["X-Amz-Date"]
    if now() > moment(at) + datetime.timedelta(seconds=int(query["X-Amz-Expires"])):
        raise Refusal("403 Forbidden", "ExpiredToken")
    if query.get("X-Amz-Security-Token") != TOKEN:
        raise Refusal("403 Forbidden", "InvalidToken")
    head, _, rest = url.partition("?")
    kept = [pair for pair in rest.split("&") if not pair.startswith("X-Amz-Signature=")]
    check(S3SigV4QueryAuth, method, f"{head}?{'&'.join(kept)}", headers, query["X-Amz-SignedHeaders"],
          query["X-Amz-Credential"], at, query["X-Amz-Signature"])


def check_body(environ, headers):
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if length > HASHED_MAX:
        raise Refusal("400 Bad Request", "EntityTooLarge")
    body = environ["wsgi.input"].read(length)
    if len(body) != length:
        raise Refusal("400 Bad Request", "IncompleteBody")
    digest = hashlib.sha256(body)
    announced = headers.get("x-amz-content-sha256", "")
    if announced not in (digest.hexdigest(), "UNSIGNED-PAYLOAD"):
        raise Refusal("400 Bad Request", "XAmzContentSHA256Mismatch")
    checksum = headers.get("x-amz-checksum-sha256")
    if checksum not in (None, base64.b64encode(digest.digest()).decode()):
        raise Refusal("400 Bad Request", "BadDigest")
    import io
    environ["wsgi.input"] = io.BytesIO(body)


def guard(app):
    def guarded(environ, start_response):
        headers = {name[5:].replace("_", "-").lower(): value for name, value in environ.items()
                   if name.startswith("HTTP_")}
        headers |= {name: environ[key] for name, key in (("content-type", "CONTENT_TYPE"),) if environ.get(key)}
        url = f"http://{headers.get('host', '')}{environ['RAW_URI']}"
        query = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
        method = environ["REQUEST_METHOD"]
        try:
            if "authorization" in headers:
                check_header(method, url, headers)
                check_body(environ, headers)
            elif "X-Amz-Signature" in query:
                check_link(method, url, headers, query)
            else:
                raise Refusal("403 Forbidden", "AccessDenied")
        except Refusal as refusal:
            body = f"<Error><Code>{refusal.code}</Code><Message>no</Message></Error>".encode()
            start_response(refusal.status, [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))])
            return [] if method == "HEAD" else [body]
        return app(environ, start_response)

    return guarded


def end_with_input():
    sys.stdin.read()
    os._exit(0)


class Handler(MotoRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *arguments):
        pass


logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
server = make_server("127.0.0.1", 0, guard(DomainDispatcherApplication(create_backend_app)), threaded=True,
                     request_handler=Handler)
threading.Thread(target=end_with_input, daemon=True).start()
print(server.port, flush=True)
server.serve_forever()
