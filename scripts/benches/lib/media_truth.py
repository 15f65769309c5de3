"""The truth about a source, and moments cut out of it for scripts/bench media."""
import bisect, json, math

MOMENT_SECONDS = (30.0, 60.0)
CUT_ASIDE = 0.25  # seconds at most from a cut to the words that it belongs to
GAP_ENOUGH = 0.5  # seconds; a wider gap makes no safer cut
LISTS = {"segments": ("start", "end", "text"), "turns": ("start", "end", "speaker"), "long_silences": ("start", "end"),
         "shots": ("start",)}
WORD = ("text", "start")


class TruthError(Exception):
    """The file is no truth file, or does not have what was asked of it."""


def read_truth(path):
    """The lists of a truth file in order of time; None for those that it does not have."""
    try:
        with open(path, encoding="utf-8") as file:
            found = json.load(file)
    except (OSError, ValueError) as error:
        raise TruthError(f"{path} cannot be read: {error}") from error
    if not isinstance(found, dict):
        raise TruthError(f"{path} is no JSON object")
    truth = {name: in_order(found.get(name), members, f"{path}: {name}") for name, members in LISTS.items()}
    for entry in truth["segments"] or []:
        entry["words"] = in_order(entry.get("words"), WORD, f"{path}: words")
    return truth


def in_order(entries, members, where):
    """Entries that have these members, by their start."""
    if entries is None:
        return None
    if not isinstance(entries, list):
        raise TruthError(f"{where} is no list")
    for entry in entries:
        if not isinstance(entry, dict) or not all(is_good(member, entry.get(member)) for member in members):
            raise TruthError(f"{where}: {json.dumps(entry)[:200]} needs {', '.join(members)}, times in seconds")
        if entry.get("end", entry["start"]) < entry["start"]:
            raise TruthError(f"{where}: {json.dumps(entry)[:200]} ends before it starts")
    return sorted(entries, key=lambda entry: entry["start"])


def is_good(member, value):
    if member in ("start", "end"):
        return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < math.inf
    return isinstance(value, str)


def gap_cuts(truth):
    """Where a moment may begin and end: (time it ends, time it begins, width of the gap, long silence or not).

    In the middle of a short gap both are the same; in a long one each keeps to the words that it belongs to.
    """
    spoken, cuts = truth["segments"], []
    silences = truth["long_silences"] or []
    edges = [(0.0, spoken[0]["start"])] + [(a["end"], b["start"]) for a, b in zip(spoken, spoken[1:])]
    last = spoken[-1]["end"]
    edges.append((last, max([last] + [s["end"] for s in silences])))
    for before, behind in edges:
        aside = min(max(behind - before, 0) / 2, CUT_ASIDE)
        is_silent = any(s["start"] < behind and s["end"] > before for s in silences)
        cuts.append((before + aside, behind - aside, max(behind - before, 0), is_silent))
    return cuts


def candidates(cuts):
    """Every stretch of a fit length from one gap to another that has no long silence in it."""
    shortest, longest = MOMENT_SECONDS
    for first, (_, start, gap_before, _) in enumerate(cuts):
        for last in range(first + 1, len(cuts)):
            end, _, gap_behind, is_silent = cuts[last]
            if end - start > longest:
                break
            if end - start >= shortest and min(gap_before, gap_behind) > 0:
                yield start, end, min(gap_before, gap_behind, GAP_ENOUGH)
            if is_silent:
                break


def choose_moments(truth, count):
    """So many moments, one after the other, spread evenly, of various lengths; the best of all ways to choose them."""
    if not truth["segments"]:
        raise TruthError("moments are cut between utterances, and the truth has no segments")
    found = sorted(candidates(gap_cuts(truth)), key=lambda moment: moment[1])
    begin, end = truth["segments"][0]["start"], truth["segments"][-1]["end"]
    slot = (end - begin) / count
    ends = [moment[1] for moment in found]
    before = [bisect.bisect_right(ends, moment[0]) for moment in found]
    # best[j]: what the first k moments cost at least, and which they are, when only the first j candidates are used.
    best = [(0.0, None)] * (len(found) + 1)
    for k in range(count):
        wanted = MOMENT_SECONDS[0] + (MOMENT_SECONDS[1] - MOMENT_SECONDS[0]) * ((k + 0.5) * 0.618 % 1)
        row = [(math.inf, None)]
        for j, moment in enumerate(found):
            so_far = best[before[j]]
            cost = so_far[0] + moment_cost(moment, begin + (k + 0.5) * slot, slot, wanted)
            row.append(min(row[-1], (cost, (moment, so_far[1])), key=lambda entry: entry[0]))
        best = row
    if math.isinf(best[-1][0]):
        raise TruthError(f"the source has no room for {count} moments of {MOMENT_SECONDS[0]:.0f} to "
                         f"{MOMENT_SECONDS[1]:.0f} s without a long silence")
    moments, chain = [], best[-1][1]
    while chain:
        (start, end, _), chain = chain
        moments.append({"start_ms": round(start * 1000), "end_ms": round(end * 1000)})
    return moments[::-1]


def moment_cost(moment, middle, slot, wanted):
    start, end, gap = moment
    aside = ((start + end) / 2 - middle) / slot
    return aside ** 2 + ((end - start - wanted) / wanted) ** 2 + (1 - gap / GAP_ENOUGH)
