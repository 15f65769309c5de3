"""Drives scripts/bench webhooks: a Postgres, a receiver and an engine or a gateway for each phase, then the numbers."""
import argparse, json, os, signal, sys, threading, time

sys.dont_write_bytecode = True  # into the repository
from webhooks_parts import Lab, percentile

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
PHASES = ("speed", "latency", "hanging", "recovery", "callbacks")
ENDPOINTS = 100

# what, which number of which phase, what is wanted
TARGETS = [
    ("durable deliveries/s", "speed", "per_second", ">=", 3000),
    ("SQL statements of the engine a delivery", "speed", "statements", "<=", 0.1),
    ("p50 at 1000/s, ms", "latency 1000/s", "p50", "<", 5),
    ("p99 at 1000/s, ms", "latency 1000/s", "p99", "<", 50),
    ("p99 with 10 % hanging, of without", "hanging 1000/s", "p99_ratio", "<", 2),
    ("lost after kill -9", "recovery", "lost", "<=", 0),
    ("recovery, s", "recovery", "seconds", "<", 10),
    ("last callback to delivery p50, ms", "callbacks 80/s", "p50", "<", 2),
    ("last callback to delivery p99, ms", "callbacks 80/s", "p99", "<", 6),
]


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/bench webhooks")
    parser.add_argument("--secs", type=int, default=10)
    parser.add_argument("--only", default=",".join(PHASES))
    parser.add_argument("--json")
    return parser.parse_args()


def engine(lab, rate, secs, hanging=0, group=64):
    """One load on the engine alone; the numbers of those that are owed to endpoints that answer."""
    with lab.database() as database, lab.receiver() as receiver:
        commits = os.path.join(lab.home, "commits")
        out = lab.run(
            "delivery-bench", "--database", database.url, "--receiver", receiver.url, "--endpoints", str(ENDPOINTS),
            "--hanging", str(hanging), "--rate", str(rate), "--seconds", str(secs), "--group", str(group),
            "--commits", commits, before=database.reset_statements)
        found = json.loads(out.strip().splitlines()[-1])
        statements = database.statements()
        delivered = database.number("SELECT count(*) FROM deliveries WHERE state = 'delivered'")
        pending = database.number(
            "SELECT count(*) FROM deliveries d JOIN endpoints e ON e.id = d.endpoint_id"
            " WHERE d.state = 'pending' AND e.url NOT LIKE '%/hang/%'")
        arrivals = receiver.stop()
    first = {}
    for at, message in arrivals:
        first.setdefault(message, at)
    with open(commits) as file:
        committed = [line.split() for line in file if line.strip()]
    lags = sorted((first[i] - int(at)) / 1e6 for at, i in committed if i in first)
    times = sorted(first.values())
    middle = times[len(times) // 10: len(times) * 9 // 10]
    return {
        "delivered": delivered, "lost": pending, "doubled": len(arrivals) - len(first), "spilled": found["spilled"],
        "per_second": round(len(middle) / max((middle[-1] - middle[0]) / 1e9, 1e-9)) if len(middle) > 1 else 0,
        "p50": percentile(lags, 50), "p99": percentile(lags, 99),
        "statements": round(statements["engine"] / max(delivered, 1), 4),
        "all_statements": round(statements["all"] / max(delivered, 1), 3),
    }


def recovery(lab):
    """Kills a gateway in the middle of a load, starts another, and counts what came how often."""
    with lab.database() as database, lab.receiver() as receiver:
        gateway = lab.gateway(database, receiver)
        client, ids, stop = gateway.client(), set(), threading.Event()

        def load():
            own = gateway.client()
            while not stop.is_set():
                try:
                    answer = own.post("/v1/webhook-endpoints/ep_00000000000000000000000001/test")
                    if answer[0] == 202:
                        ids.add(json.loads(answer[1])["message_id"])
                except OSError:
                    return

        client.post("/v1/webhook-endpoints/ep_00000000000000000000000001/test")
        threads = [threading.Thread(target=load) for _ in range(8)]
        for thread in threads:
            thread.start()
        time.sleep(3)
        gateway.process.send_signal(signal.SIGKILL)
        killed = time.time()
        stop.set()
        for thread in threads:
            thread.join()
        gateway.process.wait()
        again = lab.gateway(database, receiver)
        while time.time() - killed < 90:
            if database.number("SELECT count(*) FROM deliveries WHERE state = 'pending'") == 0:
                break
            time.sleep(0.05)
        seconds = time.time() - killed
        again.stop()
        arrivals = receiver.stop()
    seen = [message for _, message in arrivals]
    return {"messages": len(ids), "lost": len(ids - set(seen)), "doubled": len(seen) - len(set(seen)),
            "seconds": round(seconds, 2)}


def callbacks(lab, rate, secs, shorts=4):
    """Runs whose shorts a renderer has in hand: the time from sending a run's last callback to the delivery of its end."""
    with lab.database() as database, lab.receiver() as receiver:
        gateway = lab.gateway(database, receiver, events="{delivery.completed}")
        rows = database.rows(f"SELECT output_id, render_id, run_id FROM bench_seed({rate * secs}, {shorts})")
        database.run("ANALYZE")
        time.sleep(1)
        database.reset_statements()
        sent = gateway.send_callbacks(rows, rate, shorts)
        deadline = time.time() + 20
        while time.time() < deadline:
            if database.number("SELECT count(*) FROM deliveries WHERE state = 'delivered'") >= len(sent):
                break
            time.sleep(0.05)
        time.sleep(0.2)
        statements = database.statements()
        runs = dict(database.rows("SELECT id, run_id FROM messages"))
        gateway.stop()
        arrivals = receiver.stop()
    lags = sorted((at - sent[runs[message]]) / 1e6 for at, message in arrivals if runs.get(message) in sent)
    return {"runs": len(sent), "delivered": len(lags), "p50": percentile(lags, 50), "p99": percentile(lags, 99),
            "statements": round(statements["engine"] / max(len(lags), 1), 3)}


def measure(lab, a):
    wanted, found = a.only.split(","), {}
    if "speed" in wanted:
        found["speed"] = engine(lab, 0, a.secs)
        print("speed", found["speed"], file=sys.stderr, flush=True)
    for rate in (50, 200, 1000) if "latency" in wanted else ():
        found[f"latency {rate}/s"] = engine(lab, rate, a.secs)
        print(rate, found[f"latency {rate}/s"], file=sys.stderr, flush=True)
    if "hanging" in wanted:
        for rate in (50, 200, 1000):
            now = engine(lab, rate, a.secs, hanging=ENDPOINTS // 10)
            without = found.get(f"latency {rate}/s")
            if without and without["p99"]:
                now["p99_ratio"] = round(now["p99"] / without["p99"], 2)
            found[f"hanging {rate}/s"] = now
            print("hanging", rate, now, file=sys.stderr, flush=True)
    if "recovery" in wanted:
        found["recovery"] = recovery(lab)
        print("recovery", found["recovery"], file=sys.stderr, flush=True)
    if "callbacks" in wanted:
        found["callbacks 80/s"] = callbacks(lab, 80, a.secs)
        print("callbacks", found["callbacks 80/s"], file=sys.stderr, flush=True)
    return found


def show(a, found):
    print(f"{a.secs} s of each load, {ENDPOINTS} endpoints, {os.cpu_count()} cores for everything\n")
    columns = ("delivered", "per_second", "p50", "p99", "statements", "all_statements", "spilled", "lost", "doubled", "seconds")
    print(f"{'phase':<16}" + "".join(f"{c:>15}" for c in columns))
    for name, values in found.items():
        print(f"{name:<16}" + "".join(f"{values.get(c, '-') if values.get(c) is not None else '-':>15}" for c in columns))
    print(f"\n{'target':<42}{'found':>10}{'wanted':>10}")
    missed = 0
    for title, phase, key, sense, wanted in TARGETS:
        value = found.get(phase, {}).get(key)
        if value is None:
            continue
        holds = {">=": value >= wanted, "<=": value <= wanted, "<": value < wanted}[sense]
        missed += not holds
        print(f"{title:<42}{value:>10}{sense + ' ' + str(wanted):>10}  {'holds' if holds else 'MISSED'}")
    return missed


def main():
    a = arguments()
    unknown = set(a.only.split(",")) - set(PHASES)
    if unknown:
        sys.exit(f"bench webhooks: no such phase: {', '.join(sorted(unknown))}")
    with Lab(os.environ["REELGATE_BENCH_BIN"], SECRET) as lab:
        found = measure(lab, a)
    missed = show(a, found)
    if a.json:
        with open(a.json, "w") as file:
            json.dump(found, file, indent=1)
    sys.exit(1 if missed else 0)


main()
