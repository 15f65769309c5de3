"""Memory and processor time of a gateway, its worker and the worker's children, from /proc, twice a second."""
import os, threading, time

SECONDS_BETWEEN = 0.5
PAGE = os.sysconf("SC_PAGE_SIZE")
TICKS = os.sysconf("SC_CLK_TCK")
WORKER = "reelgate-worker"


class Process:
    """What /proc says of one process."""

    def __init__(self, pid):
        self.pid = pid
        with open(f"/proc/{pid}/stat") as file:
            name, rest = file.read().rsplit(")", 1)
        fields = rest.split()
        self.name = name.split("(", 1)[1]
        self.parent, self.begun = int(fields[1]), fields[19]
        self.cpu = (int(fields[11]) + int(fields[12])) / TICKS
        self.bytes = int(fields[21]) * PAGE


def processes():
    """All that run, by id; what ends meanwhile is left out."""
    found = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                found[int(entry)] = Process(int(entry))
            except (OSError, IndexError, ValueError):
                continue
    return found


def below(pid, found):
    """The process and all that descend from it."""
    family, size = {pid}, 0
    while len(family) > size:
        size = len(family)
        family |= {p.pid for p in found.values() if p.parent in family}
    return [found[p] for p in family if p in found]


def machine_busy():
    """Seconds of processor time that the whole machine has used so far."""
    with open("/proc/stat") as file:
        user, nice, system, _, _, interrupt, soft, *_ = map(int, file.readline().split()[1:])
    return (user + nice + system + interrupt + soft) / TICKS


class Sampler(threading.Thread):
    """Looks at one gateway and all below it until it is stopped."""

    def __init__(self, gateway_pid):
        super().__init__(daemon=True)
        self.gateway_pid, self.ended = gateway_pid, threading.Event()
        self.samples, self.cpu = [], {}
        self.look()

    def run(self):
        while not self.ended.wait(SECONDS_BETWEEN):
            self.look()

    def stop(self):
        self.ended.set()
        self.join()
        self.look()

    def look(self):
        found = processes()
        family = below(self.gateway_pid, found)
        workers = [p for p in family if p.name == WORKER and p.parent == self.gateway_pid]
        hands = [p for worker in workers for p in below(worker.pid, found)]
        # The time of a process that has gone counts as it was last seen.
        speech = {(p.pid, p.begun) for p in hands if p not in workers}
        for process in family:
            key = process.pid, process.begun
            is_speech = key in speech or self.cpu.get(key, (0, False))[1]
            self.cpu[key] = process.cpu, is_speech
        self.samples.append({
            "at": time.time(),
            "gateway": next((p.bytes for p in family if p.pid == self.gateway_pid), 0),
            "worker": sum(p.bytes for p in hands),
            "cpu": sum(cpu for cpu, _ in self.cpu.values()),
            "speech_cpu": sum(cpu for cpu, is_speech in self.cpu.values() if is_speech),
            "machine_cpu": machine_busy(),
        })

    def between(self, start, end):
        """The samples of a stretch of time, with those next to it on both sides."""
        first = max((i for i, s in enumerate(self.samples) if s["at"] <= start), default=0)
        last = min((i for i, s in enumerate(self.samples) if s["at"] >= end), default=len(self.samples) - 1)
        return self.samples[first:last + 1]

    def peaks(self, start, end):
        """The most bytes that the gateway and the worker with its children held."""
        stretch = self.between(start, end)
        return max(s["gateway"] for s in stretch), max(s["worker"] for s in stretch)

    def spent(self, what, start, end):
        """Seconds of processor time."""
        stretch = self.between(start, end)
        return stretch[-1][what] - stretch[0][what]

    def others(self):
        """Cores that processes of others kept busy all the while."""
        first, last = self.samples[0], self.samples[-1]
        wall = last["at"] - first["at"]
        foreign = (last["machine_cpu"] - first["machine_cpu"]) - (last["cpu"] - first["cpu"])
        return max(foreign, 0) / wall if wall > 0 else 0.0
