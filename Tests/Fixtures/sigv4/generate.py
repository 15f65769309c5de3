"""Writes vectors.json: what botocore makes of the requests of AWS' Signature Version 4 test suite and S3's examples.

    python -m venv V && V/bin/pip install botocore && V/bin/python Tests/Fixtures/sigv4/generate.py
"""

import datetime
import json
import pathlib
from unittest import mock
from urllib.parse import quote

from botocore import auth
from botocore.awsrequest import AWSRequest
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials

SUITE = ("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "us-east-1", "service", "20150830T123600Z")
S3 = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1", "s3", "20130524T000000Z")
STORE = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "eu-central-1", "s3", "20261201T081530Z")
TOKEN = "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA=="
HOST = "example.amazonaws.com"
BUCKET = "examplebucket.s3.amazonaws.com"
LONG = "".join(chr(c) for c in range(0x21, 0x7F))
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def case(name, scope=SUITE, method="GET", host=HOST, path="/", query=(), headers=(), body="", token=None, **more):
    return dict(name=name, scope=scope, method=method, host=host, path=path, query=list(query),
                headers=list(headers), body=body, token=token, **more)


HEADER_CASES = [
    case("get-vanilla"),
    case("get-vanilla-query"),
    case("get-vanilla-query-order-key", query=[("Param2", "value2"), ("Param1", "value1")]),
    case("get-vanilla-query-order-key-case", query=[("Param2", "value2"), ("Param1", "value1")]),
    case("get-vanilla-query-order-value", query=[("Param1", "value2"), ("Param1", "value1")]),
    case("get-vanilla-empty-query-key", query=[("Param1", "value1")]),
    case("get-vanilla-query-unreserved", query=[("-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
                                                 "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")]),
    case("get-vanilla-utf8-query", query=[("\u1234", "bar")]),
    case("get-query-every-character", query=[("a", LONG), ("b", "")]),
    case("get-unreserved", path="/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
    case("get-utf8", path="/\u1234"),
    case("get-space", path="/example space/"),
    case("get-relative", path="/example/.."),
    case("get-relative-relative", path="/example1/example2/../.."),
    case("get-slash", path="//"),
    case("get-slash-dot-slash", path="/./"),
    case("get-slash-pointless-dot", path="/./example"),
    case("get-slashes", path="//example//"),
    case("get-header-value-trim", headers=[("My-Header1", " value1"), ("My-Header2", ' "a   b   c"')]),
    case("get-header-key-duplicate", headers=[("My-Header1", "value2"), ("My-Header1", "value2"), ("My-Header1", "value1")]),
    case("get-header-value-order", headers=[("My-Header1", "value4"), ("My-Header1", "value1"),
                                            ("My-Header1", "value3"), ("My-Header1", "value2")]),
    case("post-vanilla", method="POST"),
    case("post-vanilla-query", method="POST", query=[("Param1", "value1")]),
    case("post-header-key-case", method="POST"),
    case("post-header-key-sort", method="POST", headers=[("My-Header1", "value1")]),
    case("post-header-value-case", method="POST", headers=[("My-Header1", "VALUE1")]),
    case("post-sts-header-before", method="POST", token=TOKEN),
    case("post-x-www-form-urlencoded", method="POST", body="Param1=value1",
         headers=[("Content-Type", "application/x-www-form-urlencoded")]),
    case("post-x-www-form-urlencoded-parameters", method="POST", body="Param1=value1",
         headers=[("Content-Type", "application/x-www-form-urlencoded; charset=utf8")]),
    case("lambda-invocation", scope=("AKIDEXAMPLE", SUITE[1], "eu-west-1", "lambda", "20260228T235959Z"), method="POST",
         host="lambda.eu-west-1.amazonaws.com", path="/2015-03-31/functions/arn:aws:lambda:eu-west-1:1:function:r/invocations",
         headers=[("Content-Type", "application/json"), ("X-Amz-Invocation-Type", "Event")], body='{"a":1}', token=TOKEN),
    case("transcribe-target", scope=("AKIDEXAMPLE", SUITE[1], "eu-west-1", "transcribe", "20240229T000000Z"), method="POST",
         host="transcribe.eu-west-1.amazonaws.com", headers=[
             ("Content-Type", "application/x-amz-json-1.1"),
             ("X-Amz-Target", "com.amazonaws.transcribe.Transcribe.StartTranscriptionJob")], body="{}"),
    # The examples of Amazon S3's API reference, each with the signature that is printed there.
    case("s3-get-object", scope=S3, host=BUCKET, path="/test.txt", headers=[("Range", "bytes=0-9")],
         known="f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
    case("s3-put-object", scope=S3, host=BUCKET, method="PUT", path="/test$file.text", body="Welcome to Amazon S3.",
         headers=[("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")],
         known="98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"),
    case("s3-get-lifecycle", scope=S3, host=BUCKET, query=[("lifecycle", "")],
         known="fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
    case("s3-list-objects", scope=S3, host=BUCKET, query=[("max-keys", "2"), ("prefix", "J")],
         known="34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
    case("s3-part-unsigned", scope=STORE, host="127.0.0.1:9000", method="PUT", path="/films/reels/ten_1/a b+c&d=e",
         query=[("uploadId", "u/+=&"), ("partNumber", "10")], unsigned=True, token=TOKEN),
    case("s3-dots-and-slashes-stay", scope=STORE, host="s3.eu-central-1.amazonaws.com", path="/films//a/./b/../c%2Fd"),
]

LINK_CASES = [
    case("s3-link", scope=S3, host=BUCKET, path="/test.txt", seconds=86400,
         known="aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"),
    case("s3-link-with-answer-headers", scope=STORE, host="127.0.0.1:9000", path="/films/reels/ten_1/run_1/clip one.mp4",
         query=[("response-content-type", "video/mp4"),
                ("response-content-disposition", 'inline; filename="clip one.mp4"')], seconds=900, token=TOKEN),
]


def encoded(path):
    return quote(path, safe="/-._~")


def url(case):
    query = "&".join(f"{quote(n, safe='-._~')}={quote(v, safe='-._~')}" for n, v in case["query"])
    return f"http://{case['host']}{encoded(case['path'])}" + (f"?{query}" if query else "")


def moment(text):
    return datetime.datetime.strptime(text, "%Y%m%dT%H%M%SZ")


def signed(case, link):
    key, secret, region, service, at = case["scope"]
    credentials = Credentials(key, secret, case["token"])
    request = AWSRequest(method=case["method"], url=url(case), data=case["body"].encode())
    request.context["signing"] = {"disable_double_encoding": service == "s3"}
    headers = HTTPHeaders()
    for name, value in case["headers"]:
        headers.add_header(name, value)
    request.headers = headers
    if link:
        signer = auth.S3SigV4QueryAuth(credentials, service, region, expires=case["seconds"])
    else:
        signer = (auth.S3SigV4Auth if service == "s3" else auth.SigV4Auth)(credentials, service, region)
    seen = {}

    def keep(name):
        original = getattr(signer, name)

        def wrapped(*arguments):
            seen[name] = original(*arguments)
            return seen[name]

        setattr(signer, name, wrapped)

    for name in ("canonical_request", "string_to_sign", "signature"):
        keep(name)
    if case.get("unsigned"):
        signer._should_sha256_sign_payload = lambda request: False
    # A Date header stays beside X-Amz-Date, as in the examples of S3; botocore would sign it instead.
    signer._set_necessary_date_headers = lambda request: request.headers.add_header("X-Amz-Date", at)
    with mock.patch("botocore.auth.get_current_datetime", return_value=moment(at)):
        signer.add_auth(request)
    if "known" in case:
        assert seen["signature"] == case["known"], (case["name"], seen)
    result = dict(name=case["name"], access_key=key, secret_key=secret, token=case["token"], region=region,
                  service=service, at=int(moment(at).replace(tzinfo=datetime.timezone.utc).timestamp()),
                  method=case["method"], host=case["host"], path=case["path"], query=case["query"],
                  headers=case["headers"], body=None if case.get("unsigned") else case["body"],
                  canonical_request=seen["canonical_request"], string_to_sign=seen["string_to_sign"],
                  signature=seen["signature"])
    if link:
        result |= dict(seconds=case["seconds"], url=request.url)
    else:
        result |= dict(authorization=request.headers["Authorization"])
    return result


vectors = dict(headers=[signed(c, False) for c in HEADER_CASES], links=[signed(c, True) for c in LINK_CASES])
assert vectors["headers"][0]["signature"] == "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
target = pathlib.Path(__file__).with_name("vectors.json")
target.write_text(json.dumps(vectors, indent=2) + "\n")
print(len(vectors["headers"]), len(vectors["links"]))
