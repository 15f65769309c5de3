"""What scripts/bench webhooks measures with: a Postgres, a receiver, a gateway, and clients of it."""
import contextlib, hashlib, hmac, http.client, json, os, pwd, selectors, shutil, signal, socket, subprocess, tempfile
import time, uuid

BENCH = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
API_KEY = "rg_bench_0123456789abcdef0123456789abcdef"
HOOK_SECRET = "render-hook-secret-of-the-bench-0001"
START_SECONDS = 30


def percentile(values, share):
    return round(values[min(len(values) - 1, int(len(values) * share / 100))], 2) if values else None


def wait_for(look, seconds=START_SECONDS):
    end = time.time() + seconds
    while time.time() < end:
        with contextlib.suppress(OSError, subprocess.CalledProcessError):
            if found := look():
                return found
        time.sleep(0.02)
    raise TimeoutError("something of the bench did not start")


def end_process(process):
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Lab:
    """A folder with a Postgres that has every commit on disk before it is answered."""

    def __init__(self, binaries, secret):
        self.binaries, self.secret, self.count = binaries, secret, 0
        self.home = tempfile.mkdtemp(prefix="reelgate-bench-")
        self.receiver_program = os.path.join(self.home, "receiver")
        source = os.path.join(BENCH, "deliveries", "receiver.c")
        subprocess.run(["cc", "-O2", "-o", self.receiver_program, source], check=True)

    def __enter__(self):
        try:
            self.start_postgres()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if getattr(self, "postgres", None):
            self.postgres.send_signal(signal.SIGINT)
            self.postgres.wait()
        shutil.rmtree(self.home, ignore_errors=True)

    def start_postgres(self):
        folder = os.path.join(self.home, "postgres")
        os.mkdir(folder)
        as_user = {}
        if os.geteuid() == 0:  # the server refuses to run for root
            user = pwd.getpwnam("postgres")
            os.chmod(self.home, 0o755)
            os.chown(folder, user.pw_uid, user.pw_gid)
            as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        programs = subprocess.run(["pg_config", "--bindir"], check=True, capture_output=True, text=True).stdout.strip()
        data = os.path.join(folder, "data")
        subprocess.run(
            [f"{programs}/initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"],
            check=True, stdout=subprocess.DEVNULL, cwd=folder, **as_user)
        settings = {
            "listen_addresses": "", "unix_socket_directories": folder, "shared_buffers": "128MB", "max_wal_size": "1GB",
            "fsync": "on", "synchronous_commit": "on", "jit": "off", "max_connections": "80",
            "shared_preload_libraries": "pg_stat_statements", "pg_stat_statements.track_utility": "on",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with open(os.path.join(self.home, "postgres.log"), "w") as log:
            self.postgres = subprocess.Popen(
                [f"{programs}/postgres", "-D", data, *options], stdout=log, stderr=log, cwd=folder, **as_user)
        self.host = folder
        wait_for(lambda: subprocess.run(
            ["psql", "-X", "-q", "-h", folder, "-U", "postgres", "-c", "SELECT 1"], check=True, capture_output=True))

    @contextlib.contextmanager
    def database(self):
        self.count += 1
        name = f"bench{self.count}"
        admin = Database(self.host, "postgres")
        admin.run(f"CREATE DATABASE {name}")
        database = Database(self.host, name)
        database.run("CREATE EXTENSION pg_stat_statements")
        try:
            yield database
        finally:
            admin.run(f"DROP DATABASE {name} WITH (FORCE)")

    @contextlib.contextmanager
    def receiver(self):
        receiver = Receiver(self.receiver_program, tempfile.mkdtemp(dir=self.home))
        try:
            yield receiver
        finally:
            receiver.stop()

    def run(self, program, *options, before=None):
        if before:
            before()
        return subprocess.run([os.path.join(self.binaries, program), *options], check=True, stdout=subprocess.PIPE,
                              text=True).stdout

    def gateway(self, database, receiver, events="{}"):
        return Gateway(self, database, receiver, events)


class Database:
    def __init__(self, host, name):
        self.url = f"host={host} dbname={name} user=postgres"

    def run(self, sql, *options):
        return subprocess.run(["psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-d", self.url,
                               *options, *(["-c", sql] if sql else [])], check=True, capture_output=True, text=True).stdout

    def rows(self, sql):
        return [line.split("\t") for line in self.run(sql).splitlines() if line]

    def number(self, sql):
        return int(self.run(sql))

    def reset_statements(self):
        self.run("SELECT pg_stat_statements_reset()")

    def statements(self):
        """How many there were: those that claim, write down or hand back deliveries, and all but the bench's own."""
        row = self.rows(
            "SELECT coalesce(sum(calls) FILTER (WHERE query ~ 'UPDATE deliveries'), 0), coalesce(sum(calls), 0)"
            " FROM pg_stat_statements s JOIN pg_database b ON b.oid = s.dbid"
            " WHERE b.datname = current_database() AND query !~ 'pg_stat_statements|SELECT count'")[0]
        return {"engine": int(row[0]), "all": int(row[1])}


class Receiver:
    def __init__(self, program, folder):
        self.log, port = os.path.join(folder, "log"), os.path.join(folder, "port")
        self.process = subprocess.Popen([program, port, self.log])
        self.url = "http://127.0.0.1:" + wait_for(lambda: os.path.exists(port) and open(port).read().strip())
        self.arrivals = None

    def stop(self):
        """What has come: time and id of each request."""
        if self.arrivals is None:
            end_process(self.process)
            with open(self.log) as file:
                self.arrivals = [(int(at), message) for at, message in (line.split() for line in file)]
        return self.arrivals


class Gateway:
    """`reelgate serve` with one endpoint at the receiver."""

    def __init__(self, lab, database, receiver, events):
        folder = tempfile.mkdtemp(dir=lab.home)
        ready = os.path.join(folder, "ready")
        environment = {
            **os.environ, "REELGATE_DATABASE_URL": database.url, "REELGATE_DATA_DIR": folder, "REELGATE_PORT": "0",
            "REELGATE_ROLES": "api,webhooks", "REELGATE_BOOTSTRAP_API_KEY": API_KEY,
            "REELGATE_ALLOW_PRIVATE_NETWORKS": "true", "REELGATE_REQUESTS_PER_SECOND": "1000000",
            "REELGATE_REQUESTS_BURST": "1000000", "REELGATE_RENDER_HOOK_URL": "http://127.0.0.1:9",
            "REELGATE_RENDER_HOOK_SECRET": HOOK_SECRET, "REELGATE_LOG_LEVEL": "warning",
        }
        program = os.path.join(lab.binaries, "reelgate")
        subprocess.run([program, "migrate"], env=environment, check=True, stdout=subprocess.DEVNULL)
        if database.number("SELECT count(*) FROM pg_proc WHERE proname = 'bench_seed'") == 0:
            database.run(None, "-v", f"sink={receiver.url}/hook", "-v", f"secret={lab.secret}", "-f",
                         os.path.join(BENCH, "gateway", "prepare.sql"))
            database.run(f"UPDATE endpoints SET event_types = '{events}'")
        with open(os.path.join(folder, "log"), "w") as log:
            self.process = subprocess.Popen(
                [program, "serve", "--ready-file", ready], env=environment, stdout=log, stderr=log)
        url = wait_for(lambda: os.path.exists(ready) and open(ready).read().strip())
        self.host, port = url.split("//")[1].split(":")
        self.port = int(port)

    def stop(self):
        end_process(self.process)

    def client(self):
        return Client(self.host, self.port)

    def send_callbacks(self, rows, rate, shorts):
        """Sends the callbacks of so many runs a second; when the last of each run was sent, by run."""
        sent, lanes = {}, [Lane(self.host, self.port) for _ in range(8)]
        selector = selectors.DefaultSelector()
        for lane in lanes:
            selector.register(lane.socket, selectors.EVENT_READ, lane)
        begun = time.time()
        for number, (output, render, run) in enumerate(rows):
            # A run's callbacks come together, as from a renderer that works side by side.
            pause = begun + number // shorts / rate - time.time()
            if pause > 0:
                time.sleep(pause)
            lane = min(lanes, key=lambda lane: lane.owed)
            lane.send(callback(self.host, output, render))
            sent[run] = time.time_ns()
            for key, _ in selector.select(0):
                key.data.read()
        for lane in lanes:
            while lane.owed:
                lane.read()
        return sent


def callback(host, output, render):
    body = json.dumps({"event_id": "evt_" + uuid.uuid4().hex, "render_id": render, "output_id": output,
                       "status": "rendered"}).encode()
    moment = str(int(time.time()))
    signature = hmac.new(HOOK_SECRET.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
    head = (f"POST /v1/callbacks/render-hook HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\nX-Provider-Timestamp: {moment}\r\nX-Provider-Signature: {signature}\r\n\r\n")
    return head.encode() + body


class Lane:
    """A connection that sends the next request before the one before it is answered."""

    def __init__(self, host, port):
        self.socket = socket.create_connection((host, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.owed = 0

    def send(self, request):
        self.socket.sendall(request)
        self.owed += 1

    def read(self):
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionError("the gateway has closed a connection")
        if b"HTTP/1.1 4" in data or b"HTTP/1.1 5" in data:
            raise RuntimeError(data.decode(errors="replace"))
        self.owed -= data.count(b"HTTP/1.1 ")


class Client:
    def __init__(self, host, port):
        self.connection = http.client.HTTPConnection(host, port, timeout=10)

    def post(self, path):
        self.connection.request("POST", path, headers={"Authorization": "Bearer " + API_KEY, "Content-Length": "0"})
        answer = self.connection.getresponse()
        return answer.status, answer.read()
