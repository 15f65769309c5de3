"""Drives scripts/bench control: starts each system by the load generator's own means, in turn, and compares."""
import argparse, json, os, shutil, statistics, sys, time, urllib.error, urllib.request, uuid

BENCH = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CALLBACKS_PER_SECOND_MAX = 8000  # how many outputs are put in for each second of the load
QUIET_CORES = 0.3
FINISHED_CHUNK = 20_000
RATES = ("runs", "callbacks", "deliveries")

# name of the row, how it is computed, what is wanted
TARGETS = [
    ("runs/s against pgbench, same SQL", lambda m: m["gateway"]["runs"] / m["pgbench"]["runs"], ">=", 0.7),
    ("runs/s against the old stack, raw SQL", lambda m: m["gateway"]["runs"] / m["peer"]["runs"], ">=", 2.2),
    ("runs/s against the old stack, ORM", lambda m: m["gateway"]["runs"] / m["peer-orm"]["runs"], ">=", 6),
    ("callbacks/s against pgbench, same SQL", lambda m: m["gateway"]["callbacks"] / m["pgbench"]["callbacks"], ">=", 0.6),
    ("callbacks/s against the old stack", lambda m: m["gateway"]["callbacks"] / m["peer"]["callbacks"], ">=", 3.5),
    ("p99 of accepting a run, ms", lambda m: m["gateway"]["runs_p99"], "<", 12),
    ("p99 of a callback, ms", lambda m: m["gateway"]["callbacks_p99"], "<", 12),
    ("CPU s for 1000 accepted runs", lambda m: m["gateway"]["runs_cpu"], "<=", 0.4),
    ("runs/s with N finished runs, of without", lambda m: m["finished"]["runs"] / m["gateway"]["runs"], ">=", 0.8),
    ("callbacks/s with N finished runs, of without", lambda m: m["finished"]["callbacks"] / m["gateway"]["callbacks"], ">=", 0.8),
]


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/bench control")
    parser.add_argument("--peers", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--secs", type=int, default=5)
    parser.add_argument("--systems", default="gateway,pgbench,pgbench-peer,peer,peer-orm")
    parser.add_argument("--finished", type=int, default=0)
    parser.add_argument("--json")
    return parser.parse_args()


def load_args(a):
    """What the generator's phases want to know."""
    return argparse.Namespace(conns=8, secs=a.secs, seed_outputs=CALLBACKS_PER_SECOND_MAX * a.secs)


def post(url, body, headers):
    request = urllib.request.Request(url, data=body, headers={"Content-Type": "application/json", **headers}, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, {}


def check_duties(gen, m):
    """A system that skips a duty is not comparable: idempotency, keys, validation, signatures."""
    url, tag = m["runs"]["base"] + m["runs"]["path"], uuid.uuid4().hex
    body = b'{"source":{"url":"https://media.example.com/a.mp4"},"style":{"package":"vertical-captions","version":"3.2.1"}}'
    headers = {"Authorization": "Bearer " + m["runs"]["api_key"], "Idempotency-Key": "check-" + tag}
    first, again = post(url, body, headers), post(url, body, headers)
    assert first[0] == 202 and again == first, ("a repeated request", first, again)
    assert post(url, body.replace(b"a.mp4", b"b.mp4"), headers)[0] in (409, 422), "another body under the key"
    assert post(url, body, {**headers, "Authorization": "Bearer rg_bench_wrong"})[0] == 401, "a wrong key"
    assert post(url, b"{}", {**headers, "Idempotency-Key": "empty-" + tag})[0] in (400, 422), "an empty request"
    callback, forged = m["callback"], json.dumps({"event_id": tag, "render_id": tag, "output_id": tag, "status": "rendered"})
    signed = {callback["ts_header"]: str(int(time.time())), callback["sig_header"]: "0" * 64}
    assert post(callback["base"] + callback["path"], forged.encode(), signed)[0] in (400, 401, 403, 404), "a forged callback"


def measure_system(gen, m, a, with_callbacks=True):
    """One turn of a server: what it accepts, and what it applies."""
    result = {"foreign_before": gen.quiet(QUIET_CORES, 20)}
    result["wrk_runs"] = gen.phase_wrk_runs(m, load_args(a))
    if with_callbacks:
        result["wrk_cb"] = gen.phase_wrk_cb(m, load_args(a))
    for phase in ("wrk_runs", "wrk_cb"):
        bad = result.get(phase, {"non2xx": 0, "sock": 0})
        assert bad["non2xx"] == 0 and bad["sock"] == 0, f"{phase}: answers that are no success: {bad}"
    return result


def row(result):
    runs, callbacks = result["wrk_runs"], result.get("wrk_cb")
    values = {"runs": runs["rps"], "runs_p50": runs["p50"], "runs_p99": runs["p99"],
              "runs_cpu": runs["cpu_s_per_1000"]["total"], "runs_pg_cpu": runs["cpu_s_per_1000"]["postgres"],
              "foreign": runs["foreign_cores"]}
    if callbacks:
        values |= {"callbacks": callbacks["rps"], "callbacks_p50": callbacks["p50"], "callbacks_p99": callbacks["p99"],
                   "callbacks_cpu": callbacks["cpu_s_per_1000"]["total"],
                   "callbacks_pg_cpu": callbacks["cpu_s_per_1000"]["postgres"],
                   "deliveries": callbacks["deliveries_per_s_overall"],
                   "foreign": max(values["foreign"], callbacks["foreign_cores"])}
    return values


def turn_of_server(gen, m, a, with_callbacks=True):
    try:
        gen.up(m)
        check_duties(gen, m)
        return row(measure_system(gen, m, a, with_callbacks=with_callbacks))
    finally:
        gen.stop_all()


def turn_of_pgbench(gen, m, a):
    """The database's own limit: the gateway's SQL without the gateway."""
    result = {}
    for name, script in (("runs", "accept.sql"), ("callbacks", "callback.sql")):
        path = os.path.join(BENCH, "pgbench", script)
        if not os.path.exists(path):
            continue
        copied = os.path.join(gen.HOME, "gateway-" + script)
        shutil.copy(path, copied)
        try:
            gen.up({**m, "processes": []})
            if name == "callbacks":
                gen.psql(f"SELECT count(*) FROM bench_seed({CALLBACKS_PER_SECOND_MAX * a.secs // 4}, 4)")
            gen.quiet(QUIET_CORES, 20)
            # What the gateway sets for its sessions and groups, without a round trip for it.
            os.environ["PGOPTIONS"] = "-c jit=off -c enable_seqscan=off -c plan_cache_mode=force_generic_plan"
            before = gen.cpu()["postgres"]
            found = gen.pgb(name, copied, 8, a.secs, n0=0 if name == "callbacks" else None)
            time.sleep(0.5)  # the CPU time of a backend counts once the postmaster has seen its end
            found["pg_cpu_s_per_1000"] = round((gen.cpu()["postgres"] - before) * 1000 / found["n"], 3)
        finally:
            os.environ.pop("PGOPTIONS", None)
            gen.stop_all()
        foreign = result.get("foreign", 0)
        result |= pgbench_row(name, found)
        result["foreign"] = max(foreign, result["foreign"])
    return result


def turn_of_peer_pgbench(gen, m, a):
    """The limit of the old stack's own SQL, for comparison only: it does less for each run."""
    try:
        gen.up({**m, "rabbitmq": False, "processes": [], "setup_cmds": []})
        gen.quiet(QUIET_CORES, 20)
        found = gen.phase_pgbench(m, load_args(a))
    finally:
        gen.stop_all()
    return pgbench_row("runs", found["create_run"]) | pgbench_row("callbacks", found["callback"])


def pgbench_row(name, found):
    return {name: found["tps"], f"{name}_p50": found["p50"], f"{name}_p99": found["p99"],
            f"{name}_cpu": found["pg_cpu_s_per_1000"], f"{name}_pg_cpu": found["pg_cpu_s_per_1000"],
            "foreign": found["foreign_cores"]}


def turns_with_finished(gen, m, a):
    """All turns on one database that holds many finished runs, since it takes minutes to fill."""
    try:
        gen.up(m)
        for done in range(0, a.finished, FINISHED_CHUNK):
            gen.psql(f"SELECT bench_finished({min(FINISHED_CHUNK, a.finished - done)})")
            print(f"finished runs: {done + FINISHED_CHUNK}", file=sys.stderr, end="\r", flush=True)
        gen.psql("VACUUM ANALYZE")
        gen.psql("CHECKPOINT")
        return [row(measure_system(gen, m, a)) for _ in range(a.rounds)]
    finally:
        gen.stop_all()


def medians(rounds):
    keys = [k for k in rounds[0] if all(k in r for r in rounds)]
    return {k: statistics.median(r[k] for r in rounds) for k in keys}


def show(a, rounds):
    found = {name: medians(r) for name, r in rounds.items() if r}
    columns = [("runs", "runs/s"), ("runs_p50", "p50 ms"), ("runs_p99", "p99 ms"), ("runs_cpu", "CPU s/1000"),
               ("runs_pg_cpu", "Postgres"), ("callbacks", "callbacks/s"), ("callbacks_p50", "p50 ms"),
               ("callbacks_p99", "p99 ms"), ("callbacks_cpu", "CPU s/1000"), ("callbacks_pg_cpu", "Postgres"),
               ("deliveries", "deliveries/s"), ("foreign", "foreign cores")]
    print(f"medians of {a.rounds} rounds of {a.secs} s, 8 connections, {os.cpu_count()} cores for everything\n")
    print(f"{'system':<12}" + "".join(f"{title:>14}" for _, title in columns))
    for name, values in found.items():
        cells = [f"{values[k]:.{0 if k in RATES else 2}f}" if k in values else "-" for k, _ in columns]
        print(f"{name:<12}" + "".join(f"{cell:>14}" for cell in cells))
    print(f"\n{'target':<50}{'found':>10}{'wanted':>12}")
    missed = 0
    for title, compute, sense, wanted in TARGETS:
        try:
            value = compute(found)
        except KeyError:
            continue
        holds = {">=": value >= wanted, "<=": value <= wanted, "<": value < wanted}[sense]
        missed += not holds
        print(f"{title:<50}{value:>10.2f}{sense + ' ' + str(wanted):>12}  {'holds' if holds else 'MISSED'}")
    if any(values.get("foreign", 0) > 0.2 for values in found.values()):
        print("\nOther processes used more than 0.2 cores meanwhile: rates are lower bounds, compare CPU times.")
    return missed


def main():
    a = arguments()
    sys.path.insert(0, a.peers)
    import bench as gen

    systems = a.systems.split(",")
    gateway = gen.load(os.path.join(BENCH, "config", "gateway.json"))
    peers = {name: gen.load(os.path.join(a.peers, "config", name + ".json")) for name in ("peer", "peer-orm")}
    rounds = {name: [] for name in systems}
    for turn in range(a.rounds):
        for name in systems:
            print(f"round {turn + 1}: {name}", file=sys.stderr, flush=True)
            if name == "gateway":
                values = turn_of_server(gen, gateway, a)
            elif name == "pgbench":
                values = turn_of_pgbench(gen, gateway, a)
            elif name == "pgbench-peer":
                values = turn_of_peer_pgbench(gen, peers["peer"], a)
            else:
                values = turn_of_server(gen, peers[name], a, with_callbacks=name == "peer")
            rounds[name].append(values)
    if a.finished:
        print("round with finished runs", file=sys.stderr, flush=True)
        rounds["finished"] = turns_with_finished(gen, gateway, a)
    if a.json:
        with open(a.json, "w") as file:
            json.dump({"rounds": rounds}, file, indent=1)
    sys.exit(1 if show(a, rounds) else 0)


if __name__ == "__main__":
    main()
