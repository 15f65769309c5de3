"""Drives scripts/bench oddmedia: stands in for a gateway, posts each source to a worker, looks at what comes back."""
import argparse, base64, hashlib, hmac, http.server, json, os, secrets, subprocess, sys, threading, time, urllib.parse, urllib.request

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
EXTRA_SECONDS = 60  # how long an ending is waited for that comes too late
RATE_SHARE_MAX = 0.01
START_SECONDS_MAX = 0.020
ARTIFACTS = {"media.mp4", "media.json", "audio.wav", "audio.json"}


class Gateway(http.server.ThreadingHTTPServer):
    """Serves the source of the task under way, takes its results and its report, and counts calls that nobody may make."""
    daemon_threads = True

    def __init__(self, work):
        super().__init__(("127.0.0.1", 0), Handler)
        self.work, self.source, self.uploads, self.trapped = work, None, {}, []
        self.report, self.reported = None, threading.Event()
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def begin(self, source):
        self.source, self.uploads, self.report = source, {}, None
        self.reported.clear()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body=b""):
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def body(self):
        if self.headers.get("transfer-encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("content-length", 0)))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def do_GET(self):
        if self.path != "/files/source":
            self.server.trapped.append(self.path)
            return self.answer(404)
        with open(self.server.source, "rb") as file:
            self.answer(200, file.read())

    def do_PUT(self):
        name = urllib.parse.unquote(self.path.removeprefix("/v1/uploads/token/"))
        path = os.path.join(self.server.work, "upload-" + name.replace("/", "_"))
        with open(path, "wb") as file:
            file.write(self.body())
        self.server.uploads[name] = path
        self.answer(201)

    def do_POST(self):
        self.server.report = json.loads(self.body())
        self.answer(200)
        self.server.reported.set()


class Worker:
    def __init__(self, program, work, gateway):
        self.key, self.gateway = secrets.token_bytes(32), gateway
        environment = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "REELGATE_VENDOR_DIR") if name in os.environ}
        environment["REELGATE_WORKER_SECRET"] = "whsec_" + base64.b64encode(self.key).decode()
        self.process = subprocess.Popen(
            [program, "--port", "0", "--slots", "1", "--scratch", os.path.join(work, "scratch"), "--gateway", gateway.url],
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=open(os.path.join(work, "worker.log"), "wb"))
        line = self.process.stdout.readline()
        if not line:
            sys.exit("bench oddmedia: the worker does not start:\n" + open(os.path.join(work, "worker.log")).read())
        self.url = f"http://127.0.0.1:{json.loads(line)['listening']}"

    def post(self, path, value):
        body = json.dumps(value).encode()
        name, now = "cb_" + secrets.token_hex(8), str(int(time.time()))
        signature = hmac.new(self.key, f"{name}.{now}.".encode() + body, hashlib.sha256).digest()
        request = urllib.request.Request(self.url + path, data=body, method="POST", headers={
            "content-type": "application/json", "webhook-id": name, "webhook-timestamp": now,
            "webhook-signature": "v1," + base64.b64encode(signature).decode()})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def transcode(self, path, seconds):
        """The report of a task for this source, and how long it took; None when there was none in time."""
        self.gateway.begin(path)
        with open(path, "rb") as file:
            digest = hashlib.sha256(file.read()).hexdigest()
        task = "tsk_" + "".join(secrets.choice(ALPHABET) for _ in range(26))
        deadline = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() + seconds + EXTRA_SECONDS))
        started = time.monotonic()
        self.post("/v1/tasks", {
            "task_id": task, "attempt": 1, "kind": "transcode", "deadline": deadline,
            "callback_url": f"{self.gateway.url}/v1/callbacks/worker/token", "upload_url": f"{self.gateway.url}/v1/uploads/token",
            "inputs": [{"name": "source", "url": f"{self.gateway.url}/files/source", "sha256": digest,
                        "size_bytes": os.path.getsize(path)}],
            "parameters": {"duration_ms_max": 12 * 3600 * 1000}})
        self.gateway.reported.wait(seconds + EXTRA_SECONDS)
        return self.gateway.report, time.monotonic() - started

    def stop(self):
        self.process.stdin.close()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()


def fraction(text):
    numerator, _, denominator = text.partition("/")
    return float(numerator) / float(denominator or 1) if float(denominator or 1) else 0.0


def faults(uploads):
    """What keeps these results from being a stable input."""
    if missing := ARTIFACTS - uploads.keys():
        return [f"no {name}" for name in sorted(missing)]
    shown = subprocess.run(["ffprobe", "-v", "error", "-show_streams", "-of", "json", uploads["media.mp4"]],
                           capture_output=True, text=True)
    if shown.returncode:
        return ["ffprobe cannot read it"]
    streams = json.loads(shown.stdout)["streams"]
    kinds = [stream["codec_type"] for stream in streams]
    if sorted(kinds) != ["audio", "video"]:
        return [f"its streams are {kinds}"]
    video, audio = (next(s for s in streams if s["codec_type"] == kind) for kind in ("video", "audio"))
    found = []
    if (video["codec_name"], video.get("pix_fmt"), audio["codec_name"]) != ("h264", "yuv420p", "aac"):
        found.append(f"{video['codec_name']} {video.get('pix_fmt')} {audio['codec_name']}")
    if video["width"] % 2 or video["height"] % 2:
        found.append(f"{video['width']}x{video['height']}")
    if video.get("sample_aspect_ratio", "1:1") not in ("1:1", "0:1"):
        found.append(f"pixels of {video['sample_aspect_ratio']}")
    if any("rotation" in data for data in video.get("side_data_list", [])):
        found.append("turned")
    rate, average = fraction(video["r_frame_rate"]), fraction(video["avg_frame_rate"])
    if int(video.get("nb_frames", 0)) > 30 and abs(rate - average) > RATE_SHARE_MAX * rate:
        found.append(f"rate {rate:.2f} and {average:.2f}")
    if abs(float(video["start_time"]) - float(audio["start_time"])) > START_SECONDS_MAX:
        found.append(f"starts {video['start_time']} and {audio['start_time']}")
    sound = open(uploads["audio.wav"], "rb").read(36)
    if sound[:4] != b"RIFF" or sound[22:28] != b"\x01\x00\x80\x3e\x00\x00":
        found.append("its sound is not 16 kHz mono")
    return found


def outcome(report, uploads):
    """One word for what became of a source, and words about it."""
    if report is None:
        return "nothing", "no report came"
    if report["state"] == "completed":
        found = faults(uploads)
        media = json.load(open(uploads["media.json"])) if "media.json" in uploads else {}
        about = f"{media.get('treatment')}; {'; '.join(media.get('reasons', []))}".rstrip("; ")
        return ("unstable", "; ".join(found)) if found else ("stable", about)
    error = report.get("error") or {}
    return error.get("type", report["state"]).rsplit("/", 1)[-1], error.get("detail", "")


def fits(word, expected):
    if expected == "any":
        return word == "stable" or word.startswith("source-")
    return word in expected.split("|")


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/bench oddmedia")
    for name in ("worker", "work", "make", "folder", "expected"):
        parser.add_argument("--" + name)
    parser.add_argument("--seconds", type=float)
    return parser.parse_args()


def main():
    a = arguments()
    gateway = Gateway(a.work)
    threading.Thread(target=gateway.serve_forever, daemon=True).start()
    folder, expectations = a.folder, a.expected
    if not folder:
        folder = os.path.join(a.work, "odd")
        subprocess.run([a.make, folder, gateway.url + "/trap"], check=True, stdout=sys.stderr)
        expectations = os.path.join(folder, "expected.tsv")
    expected = {}
    if expectations:
        with open(expectations, encoding="utf-8") as lines:
            expected = dict(line.rstrip("\n").split("\t") for line in lines if "\t" in line)
    names = sorted(name for name in os.listdir(folder) if name != "expected.tsv")
    missing = sorted(expected.keys() - set(names))
    worker, failed = Worker(a.worker, a.work, gateway), len(missing)
    print(f"{'file':<42} | {'outcome':<18} |     s |  ok | about")
    print(f"{'-' * 42}-|-{'-' * 18}-|-------|-----|------")
    slowest = 0
    for name in names:
        report, seconds = worker.transcode(os.path.join(folder, name), a.seconds)
        word, about = outcome(report, gateway.uploads)
        is_right = fits(word, expected.get(name, "any")) and seconds <= a.seconds
        slowest, failed = max(slowest, seconds), failed + (not is_right)
        if not is_right:
            about += f" [expected {expected.get(name, 'any')}]"
        print(f"{name[:42]:<42} | {word:<18} | {seconds:5.1f} | {'yes' if is_right else 'NO':>3} | {about}", flush=True)
        if worker.process.poll() is not None:
            sys.exit(f"bench oddmedia: the worker ended with {worker.process.returncode} after {name}")
    worker.stop()
    for name in missing:
        print(f"{name}: expected, and not there")
    if gateway.trapped:
        failed += 1
        print(f"calls that a source asked for: {gateway.trapped}")
    print(f"\n{len(names)} sources, {failed} wrong, slowest {slowest:.1f} s, {len(gateway.trapped)} calls asked for by a source")
    sys.exit(1 if failed else 0)


main()
