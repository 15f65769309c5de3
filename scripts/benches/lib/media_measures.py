"""What scripts/bench media measures on what a run published: pure functions of artifacts and truth."""
import bisect, collections, difflib, re, unicodedata

ONES = ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen").split()
TENS = "- - twenty thirty forty fifty sixty seventy eighty ninety".split()
ORDINALS = {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
            "twelve": "twelfth"}
WORD_MS_MIN = 40
SEARCH_SECONDS = 1.0  # how far around an utterance its words are looked for
LONG_SILENCE_MS = 3000
SILENCE_COVERED = 0.9
DIFFERENCES_MAX = 100


def spelled(n):
    """A number in words, years as they are read."""
    if n < 20:
        return [ONES[n]]
    if n < 100:
        return [TENS[n // 10]] + (spelled(n % 10) if n % 10 else [])
    if n < 1000:
        return [ONES[n // 100], "hundred"] + (spelled(n % 100) if n % 100 else [])
    if 1100 <= n < 2000 and n % 100 >= 10:
        return spelled(n // 100) + spelled(n % 100)
    if n < 1_000_000:
        return spelled(n // 1000) + ["thousand"] + (spelled(n % 1000) if n % 1000 else [])
    return list(str(n))


def ordinal(n):
    *rest, last = spelled(n)
    return rest + [ORDINALS.get(last) or (last[:-1] + "ieth" if last.endswith("y") else last + "th")]


def normalised(text):
    """Words without case, punctuation and hyphens, numbers spelled out."""
    text = unicodedata.normalize("NFKC", text).lower().replace("\u2019", "'")
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    words = []
    for word in re.findall(r"[^\W_]+(?:'[^\W_]+)*", text):
        number = re.fullmatch(r"([0-9]{1,15})(st|nd|rd|th)?", word)
        if number:
            words += (ordinal if number[2] else spelled)(int(number[1]))
        else:
            words.append(word)
    return words


def edit_distance(wanted, found):
    """How many words must be changed, left out or put in; a row of the table at once, as bits of one number (Myers 1999)."""
    if not wanted:
        return len(found)
    masks = {}
    for index, word in enumerate(wanted):
        masks[word] = masks.get(word, 0) | 1 << index
    full, top = (1 << len(wanted)) - 1, 1 << (len(wanted) - 1)
    plus, minus, distance = full, 0, len(wanted)
    for word in found:
        equal = masks.get(word, 0)
        same = ((((equal & plus) + plus) ^ plus) | equal | minus) & full
        up, down = minus | (~(same | plus) & full), plus & same
        distance += bool(up & top) - bool(down & top)
        up, down = (up << 1 | 1) & full, down << 1 & full
        plus, minus = down | (~(same | up) & full), up & same
    return distance


def word_errors(segments, words):
    """Words that are wrong, and how many there are."""
    wanted = [word for entry in segments for word in normalised(entry["text"])]
    found = [part for word in words for part in normalised(word["text"])]
    return edit_distance(wanted, found), len(wanted)


def words_near(entry, words, starts):
    """What was recognised around an utterance."""
    first = bisect.bisect_left(starts, (entry["start"] - SEARCH_SECONDS) * 1000)
    return words[first:bisect.bisect_right(starts, (entry["end"] + SEARCH_SECONDS) * 1000)]


def opcodes(wanted, found):
    return difflib.SequenceMatcher(None, wanted, found, autojunk=False).get_opcodes()


def onset_errors(segments, words):
    """Milliseconds from the true onset of each word that was recognised, early ones negative."""
    errors, starts = [], [word["start_ms"] for word in words]
    for entry in segments:
        near = words_near(entry, words, starts)
        wanted = [(part[0], word["start"] * 1000) for word in entry.get("words") or [] if (part := normalised(word["text"]))]
        found = [(part[0], word["start_ms"]) for word in near if (part := normalised(word["text"]))]
        for kind, i, end, j, _ in opcodes([w for w, _ in wanted], [w for w, _ in found]):
            if kind == "equal":
                errors += [found[j + n][1] - wanted[i + n][1] for n in range(end - i)]
    return errors


def differences(segments, words):
    """What was heard in place of what was said, the most frequent first: where to look, not what is counted."""
    counts, starts = collections.Counter(), [word["start_ms"] for word in words]
    for entry in segments:
        wanted = normalised(entry["text"])
        found = [part for word in words_near(entry, words, starts) for part in normalised(word["text"])]
        codes = opcodes(wanted, found)
        # Before the first word and behind the last one others speak.
        while codes and codes[0][0] == "insert":
            codes = codes[1:]
        while codes and codes[-1][0] == "insert":
            codes = codes[:-1]
        counts.update((" ".join(wanted[i:end]), " ".join(found[j:last])) for kind, i, end, j, last in codes if kind != "equal")
    return [{"said": said, "heard": heard, "count": n} for (said, heard), n in counts.most_common(DIFFERENCES_MAX)]


def bad_word_times(words):
    """Words shorter than they may be, or before the one ahead of them."""
    short = sum(word["end_ms"] - word["start_ms"] < WORD_MS_MIN for word in words)
    return short + sum(b["start_ms"] < a["start_ms"] for a, b in zip(words, words[1:]))


def unmatched(wanted, found, distance_max):
    """Those of both that belong to none of the other, each to one at most: stretches (start, end) in order, by their gap."""
    missed, false, i, j = [], [], 0, 0
    while i < len(wanted) and j < len(found):
        (a_start, a_end), (b_start, b_end) = wanted[i], found[j]
        if max(a_start - b_end, b_start - a_end) <= distance_max:
            i, j = i + 1, j + 1
        elif b_end < a_start:
            false.append(found[j])
            j += 1
        else:
            missed.append(wanted[i])
            i += 1
    return missed + wanted[i:], false + found[j:]


class Match:
    """Recall and precision in per cent, None of nothing, and the stretches in milliseconds that are missed or false."""

    def __init__(self, wanted, found, missed, false):
        self.recall = 100 * (1 - len(missed) / wanted) if wanted else None
        self.precision = 100 * (1 - len(false) / found) if found else None
        self.misses = {"missed_ms": [list(map(round, m)) for m in missed], "false_ms": [list(map(round, f)) for f in false]}


def match_cuts(shots, cuts, frame_ms):
    wanted = [(shot["start"] * 1000,) * 2 for shot in shots[1:]]
    found = [(cut["at_ms"],) * 2 for cut in cuts]
    return Match(len(wanted), len(found), *unmatched(wanted, found, frame_ms + 1))  # times are whole milliseconds


def match_silences(wanted, found):
    """Long silences that were found nearly whole, and long ones of those found that are some."""
    wanted = [(w["start"] * 1000, w["end"] * 1000) for w in wanted]
    found = [(f["start_ms"], f["end_ms"]) for f in found]
    long = [f for f in found if f[1] - f[0] >= LONG_SILENCE_MS]

    def covered(w):
        return sum(max(0, min(w[1], f[1]) - max(w[0], f[0])) for f in found) >= SILENCE_COVERED * (w[1] - w[0])

    false = [f for f in long if not any(f[0] < w[1] and f[1] > w[0] for w in wanted)]
    return Match(len(wanted), len(long), [w for w in wanted if not covered(w)], false)


def turn_changes(turns, start, end):
    """The pauses in which another one begins to speak."""
    return [(min(a[end], b[start]), max(a[end], b[start])) for a, b in zip(turns, turns[1:]) if a["speaker"] != b["speaker"]]


def match_turns(truth, turns, tolerance_ms):
    wanted = [(a * 1000, b * 1000) for a, b in turn_changes(truth, "start", "end")]
    found = turn_changes(turns, "start_ms", "end_ms")
    return Match(len(wanted), len(found), *unmatched(wanted, found, tolerance_ms))


def numbers(detail):
    return [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", detail)]


def check_values(outputs, name):
    """What `qc` measured for one check of every rendition, with what was wanted of it: None where it cannot be read."""
    checks = [c for o in outputs if o["qc"] for c in o["qc"]["checks"] if c["name"] == name]
    return [n if len(n := numbers(c["detail"])) >= 2 else None for c in checks]


def missed_checks(outputs):
    """Checks that shorts missed: how often, and one of them in its own words."""
    missed = {}
    for output in outputs:
        for check in (output["qc"] or {"checks": []})["checks"]:
            if not check["passed"]:
                entry = missed.setdefault((check["name"], check.get("aspect_ratio", "-")), {"count": 0})
                entry["count"] += 1
                entry.setdefault("example", f"{output['clip']}: {check['detail']}")
    return [{"name": name, "aspect_ratio": ratio, **entry} for (name, ratio), entry in sorted(missed.items())]
