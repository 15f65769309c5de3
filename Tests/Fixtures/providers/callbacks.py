"""Writes the callbacks of vision services and those that Amazon SNS brings, with the certificate that the latter are
signed with. Needs the program openssl. The RSA key is thrown away, so all of SNS is written anew."""

import base64
import hashlib
import hmac
import json
import os
import subprocess
import tempfile

TIME = 1796116200
KEY = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
TOPICS = "arn:aws:sns:eu-west-1:123456789012:"
CERTIFICATE = "Tests/Fixtures/providers/sns/certificate.pem"


def write(path, headers, body, note):
    path = os.path.join("webhooks/callbacks", path + ".json")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        json.dump({"headers": headers, "body": body, "note": note}, file, indent=2, ensure_ascii=False)
        file.write("\n")


def vision(name, report, note):
    body = json.dumps({"attempt_id": "tsk_1-1", "job_id": "v-1"} | report)
    identity = f"msg_{name}"
    code = hmac.new(KEY, f"{identity}.{TIME}.{body}".encode(), hashlib.sha256).digest()
    headers = {
        "content-type": "application/json",
        "webhook-id": identity,
        "webhook-timestamp": str(TIME),
        "webhook-signature": "v1," + base64.b64encode(code).decode(),
    }
    write(f"vision-service/{name}", headers, body, note)


def sns(path, topic, message, key, note):
    topic, name = TOPICS + topic, os.path.basename(path)
    members = {
        "Type": "Notification", "MessageId": f"22b80b92-fdea-4c2c-8f9d-{name.replace('-', ''):0<12}"[:36],
        "TopicArn": topic, "Message": json.dumps(message), "Timestamp": "2026-12-01T09:10:00.000Z",
        "SignatureVersion": "2",
        "SigningCertURL": "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123abcd.pem",
        "UnsubscribeURL": f"https://sns.eu-west-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn={topic}:1",
    }
    names = ["Message", "MessageId", "Timestamp", "TopicArn", "Type"]
    text = "".join(f"{name}\n{members[name]}\n" for name in names)
    members["Signature"] = base64.b64encode(
        subprocess.run(["openssl", "dgst", "-sha256", "-sign", key], input=text.encode(), stdout=subprocess.PIPE,
                       check=True).stdout
    ).decode()
    headers = {
        "content-type": "text/plain; charset=UTF-8",
        "x-amz-sns-message-type": "Notification",
        "x-amz-sns-message-id": members["MessageId"],
        "x-amz-sns-topic-arn": topic,
    }
    write(path, headers, json.dumps(members), note)


def rekognition(name, status, key, note):
    message = {
        "JobId": "6de014b0b2a5a4ab1f0c6c1ff30a8a8f", "Status": status, "API": "StartFaceDetection",
        "JobTag": "tsk_1-1", "Timestamp": TIME * 1000,
        "Video": {"S3ObjectName": "t/media.mp4", "S3Bucket": "media"},
    }
    sns(f"rekognition/{name}", "AmazonRekognition-gw", message, key, note)


def transcribe(name, key, note):
    event = {
        "version": "0", "id": "1de9a55a-39aa-d889-84eb-22d245492319", "detail-type": "Transcribe Job State Change",
        "source": "aws.transcribe", "account": "123456789012", "time": "2026-12-01T09:09:58Z", "region": "eu-west-1",
        "resources": [],
        "detail": {"TranscriptionJobName": "reelgate-tsk_1-1", "TranscriptionJobStatus": "COMPLETED"},
    }
    sns(f"aws-transcribe/{name}", "transcribe-gw", event, key, note)


def make_certificate(folder, key):
    """Good long before and after the time of the callbacks."""

    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], check=True, stderr=subprocess.DEVNULL)

    config, request = os.path.join(folder, "ca.conf"), os.path.join(folder, "request.pem")
    with open(os.path.join(folder, "index"), "w"), open(config, "w") as file:
        file.write(f"[ca]\ndefault_ca=own\n[own]\ndatabase={folder}/index\nnew_certs_dir={folder}\n"
                   "default_md=sha256\nrand_serial=yes\npolicy=any\n[any]\ncommonName=supplied\n")
    openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", request,
            "-subj", "/CN=sns.amazonaws.com")
    openssl("ca", "-batch", "-selfsign", "-notext", "-config", config, "-keyfile", key, "-in", request,
            "-startdate", "20260101000000Z", "-enddate", "21260101000000Z", "-out", CERTIFICATE)


samples = [
    {"t_ms": 0, "box": [0.41, 0.18, 0.13, 0.24], "score": 0.97, "mouth": 0.3},
    {"t_ms": 200, "box": [-0.02, 0.18, 0.13, 0.24], "score": 0.95},
]
clips = [{"clip": "clip-01", "tracks": [{"id": 0, "samples": samples}]}, {"clip": "clip-02", "tracks": []}]
vision("running", {"status": "running", "progress": 0.4}, "Progress; nobody has to send it.")
vision("succeeded", {"status": "succeeded", "clips": clips}, "Holds the faces: nothing is asked for. One box hangs over the edge.")
vision("without-faces", {"status": "succeeded"}, "Leaves the faces out, which are then asked for.")
failure = {"code": "media_unreadable", "message": "The file of clip-01 has no video", "retryable": False}
vision("failed", {"status": "failed", "error": failure}, "Ends the task with the service's own words.")

with tempfile.TemporaryDirectory() as folder:
    key = os.path.join(folder, "key.pem")
    make_certificate(folder, key)
    rekognition("succeeded", "SUCCEEDED", key, "Says that the job has ended; the faces are asked for, page by page.")
    rekognition("failed", "FAILED", key, "Pushes say FAILED or ERROR, answers only FAILED; the answer counts.")
    rekognition("error", "ERROR", key, "Pushes say FAILED or ERROR, answers only FAILED; the answer counts.")
    transcribe("sns-state-change", key,
               "The same event by way of a topic of SNS, which a rule of EventBridge has as its target.")
