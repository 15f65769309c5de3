"""Writes what the official Python client sends for the render of `contracts/examples/remotion-input.json`.

pip install remotion-lambda==4.0.539, then run this from the root of the checkout. Nothing is sent.
"""

import json
from importlib.metadata import version

from boto3.session import Session
from remotion_lambda.models import OutNameInputObject, Privacy, RenderMediaParams, Webhook
from remotion_lambda.remotionclient import RemotionClient

FOLDER = "Tests/Fixtures/providers/remotion"
BUCKET = "remotionlambda-euwest1-abcdefghij"
PROPS = json.load(open("contracts/examples/remotion-input.json"))

client = RemotionClient(
    region="eu-west-1",
    serve_url=f"https://{BUCKET}.s3.eu-west-1.amazonaws.com/sites/clips",
    function_name="remotion-render-4-0-539-mem2048mb-disk2048mb-300sec",
    session=Session(aws_access_key_id="AKID", aws_secret_access_key="s", region_name="eu-west-1"),
)


def params(props):
    return RenderMediaParams(
        composition="reelgate-9x16",
        input_props=props,
        bucket_name=BUCKET,
        out_name=OutNameInputObject(bucketName=BUCKET, key="renders/7-days-reelgate/tsk_1.1/9x16.mp4"),
        privacy=Privacy.PRIVATE,
        overwrite=False,
        enable_cancellation=True,
        delete_after="7-days",
        concurrency=12,
        webhook=Webhook(
            url="https://gw.example/v1/callbacks/remotion/t0k3n",
            secret="s3cr3t-of-one-task",
            customData={"task": "tsk_1.1", "ratio": "9x16", "of": 1},
        ),
    )


uploads = []
client._get_or_create_bucket = lambda: BUCKET
client._upload_to_s3 = lambda bucket, key, payload: uploads.append({"bucket": bucket, "key": key, "bytes": len(payload)})
long_props = {**PROPS, "padding": "x" * 200_000}

fixture = {
    "client": {"remotion-lambda": version("remotion-lambda"), "boto3": version("boto3")},
    "start": json.loads(client.construct_render_request(params(PROPS), "video-or-audio")),
    "long_start": json.loads(client.construct_render_request(params(long_props), "video-or-audio"))["inputProps"],
    "uploads": uploads,
    "inline_bytes_max": next(n for n in range(300_000, 0, -1) if not client._needs_upload(n, "video-or-audio")),
    "status": json.loads(client.construct_render_progress_request("7-days-bnm12", BUCKET)),
}
with open(f"{FOLDER}/python-client.json", "w") as file:
    json.dump(fixture, file, indent=2, sort_keys=True)
    file.write("\n")
