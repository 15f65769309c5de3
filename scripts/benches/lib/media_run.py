"""One run over HTTP, from the source to what its stages published."""
import datetime, http.client, json, os, shutil, sys, time, urllib.parse

SECONDS_BETWEEN = 1.0
PAGE = 100
ENDED = ("fully_generated", "failed", "delivery_failed", "cancelled")


class Refused(Exception):
    """An answer of the gateway that is no success."""


class Gateway:
    def __init__(self, url, key):
        self.host, self.key = urllib.parse.urlsplit(url).netloc, key

    def call(self, method, path, body=None, media_type="application/json"):
        """The answer's JSON. Files are streamed."""
        connection = http.client.HTTPConnection(self.host, timeout=600)
        headers = {"Authorization": "Bearer " + self.key}
        if body is not None:
            headers["Content-Type"] = media_type
        if hasattr(body, "fileno"):
            headers["Content-Length"] = str(os.fstat(body.fileno()).st_size)
        try:
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        if answer.status >= 300:
            raise Refused(f"{method} {path}: {answer.status} {content.decode(errors='replace')[:2000]}")
        return json.loads(content)

    def get(self, path):
        return self.call("GET", path)

    def all(self, path):
        """The entries of every page."""
        found, after = [], None
        while True:
            page = self.get(f"{path}?limit={PAGE}" + (f"&after={urllib.parse.quote(str(after))}" if after else ""))
            found += page["data"]
            if not page["has_more"]:
                return found
            after = page["next"]

    def post_run(self, source, moments, ratios):
        if source.startswith(("http://", "https://")):
            request = {"source": {"url": source}}
        else:
            with open(source, "rb") as file:
                asset = self.call("PUT", "/v1/assets", file, "application/octet-stream")
            request = {"source": {"asset_id": asset["id"]}}
        if moments:
            request["moments"] = moments
        if ratios:
            request["shorts"] = {"aspect_ratios": ratios}
        return self.call("POST", "/v1/runs", json.dumps(request).encode())

    def follow(self, run_id):
        """The run when it has ended; tells on the way which stages are done."""
        told = None
        while True:
            run = self.get(f"/v1/runs/{run_id}")
            busy = [f"{j['stage']} {j['progress']:.0%}" for j in run["jobs"] if j["state"] == "in_progress"]
            line = f"{run['progress']:.0%} {run['state']}: {', '.join(busy) or '-'}"
            if line != told:
                print(line, file=sys.stderr, flush=True)
                told = line
            if run["state"] in ENDED:
                return run
            time.sleep(SECONDS_BETWEEN)

    def artifacts(self, run_id):
        """The ids of the artifacts by name, the newest of each."""
        ids = {}
        for artifact in self.all(f"/v1/runs/{run_id}/artifacts"):
            ids.setdefault(artifact["name"], artifact["id"])  # the newest comes first
        return ids

    def published(self, run_id, names):
        """JSON artifacts by name, those that there are; a name that ends with `/` stands for all of that kind."""
        ids = self.artifacts(run_id)
        wanted = [name for name in ids if name in names or name.endswith(".json") and name.split("/")[0] + "/" in names]
        return {name: self.get(f"/v1/artifacts/{ids[name]}/content") for name in wanted}

    def save(self, artifact_id, path):
        """Writes what an artifact holds into a file."""
        connection = http.client.HTTPConnection(self.host, timeout=600)
        try:
            connection.request("GET", f"/v1/artifacts/{artifact_id}/content", headers={"Authorization": "Bearer " + self.key})
            answer = connection.getresponse()
            if answer.status != 200:
                raise Refused(f"artifact {artifact_id}: {answer.status} {answer.read(2000).decode(errors='replace')}")
            with open(path, "wb") as file:
                shutil.copyfileobj(answer, file)
        finally:
            connection.close()


def seconds(timestamp):
    """A timestamp of the gateway as seconds since 1970."""
    return datetime.datetime.fromisoformat(timestamp.replace("Z", "+00:00")).timestamp() if timestamp else None
