"""Rows of scripts/bench media: what was found, the bar it is held against, and how they are printed."""
import math, statistics

from media_framing import shown_whole
from media_measures import (bad_word_times, check_values, differences, match_cuts, match_silences, match_turns,
                            missed_checks, onset_errors, word_errors)
from media_run import seconds

ONSET_MS_MAX = 80
TURN_MS_MAX = 500
ERRORS_SHOWN = 10
FRAMES_A_SECOND = 30  # where the media has no pictures
# The work that the bars of time are for; a lighter one shows its times without them.
LONG_SECONDS, LONG_SHORTS, LONG_RATIOS = 7000, 35, 3

# name of a row: what is wanted
BARS = {
    "word errors, %": ("<=", 6),
    "words out of order or under 40 ms": ("<=", 0),
    "words within 80 ms of their onset, %": (">=", 95),
    "true cuts that were found within a frame, %": (">=", 95),
    "cuts found that are true within a frame, %": (">=", 95),
    "true long silences that were found, %": (">=", 95),
    "long silences found that are true, %": (">=", 95),
    "true changes of speaker that were found, %": (">=", 90),
    "changes of speaker found that are true, %": (">=", 90),
    "time with faces in which one is shown whole, %": (">=", 98),
    "shorts rendered, of all, %": (">=", 100),
    "shorts ready to post, of all, %": (">=", 95),
    "loudness, furthest from what is wanted, LU": ("<=", 1),
    "true peak, highest, dBTP": ("<=", -1),
    "sound against picture, furthest apart, ms": ("<=", 20),
    "duration, furthest from what is wanted, frames": ("<=", 1),
    "transcription, times real time a core-second": (">=", 12),
    "render of all ratios, times as fast as ffmpeg": (">=", 1.15),
    "render of one ratio, times as fast as ffmpeg": (">=", 1),
    "gateway, peak MB": ("<", 120),
    "worker with its processes, peak MB": ("<", 1500),
    "post to first finished short, min": ("<", 15),
    "post to last finished short, min": ("<", 45),
}
# what share of the true ones was found, and what share of those found is true
PAIRS = {
    "cuts": ("true cuts that were found within a frame, %", "cuts found that are true within a frame, %"),
    "silences": ("true long silences that were found, %", "long silences found that are true, %"),
    "turns": ("true changes of speaker that were found, %", "changes of speaker found that are true, %"),
}
TIMES = ("post to first finished short, min", "post to last finished short, min")


def row(name, value, with_bar=True):
    """A value that is not a number holds no bar: it could not be read."""
    found = {"name": name, "value": None if value is None or math.isnan(value) else round(value, 3)}
    if name in BARS and with_bar:
        sense, bar = BARS[name]
        value = math.nan if value is None else value
        holds = {">=": value >= bar, "<=": value <= bar, "<": value < bar}[sense]
        found |= {"bar": f"{sense} {bar}", "holds": holds}
    return found


def rows_of_transcript(transcript, truth):
    segments, words = truth["segments"], transcript["words"]
    if segments:
        wrong, of = word_errors(segments, words)
        yield row("word errors, %", 100 * wrong / of if of else None)
    yield row("words out of order or under 40 ms", bad_word_times(words))
    errors = onset_errors(segments or [], words)
    if errors:
        yield row("word onset, median distance, ms", statistics.median(map(abs, errors)))
        near = sum(abs(error) <= ONSET_MS_MAX for error in errors)
        yield row("words within 80 ms of their onset, %", 100 * near / len(errors))


def matches_of_segments(segments, media, truth):
    """By kind, what the truth has and the run found."""
    video = media.get("video") or {"fps_num": FRAMES_A_SECOND, "fps_den": 1}
    found = {}
    if truth["shots"] is not None:
        found["cuts"] = match_cuts(truth["shots"], segments["cuts"], 1000 * video["fps_den"] / video["fps_num"])
    if truth["long_silences"] is not None:
        found["silences"] = match_silences(truth["long_silences"], segments["silences"])
    if truth["turns"] is not None:
        found["turns"] = match_turns(truth["turns"], segments["turns"], TURN_MS_MAX)
    return found


def rows_of_segments(matches):
    for kind, names in PAIRS.items():
        if kind in matches:
            for name, value in zip(names, (matches[kind].recall, matches[kind].precision)):
                if value is not None:
                    yield row(name, value)


def rows_of_shorts(outputs, total):
    if not total:
        return
    yield row("shorts rendered, of all, %", 100 * sum(o["state"] == "rendered" for o in outputs) / total)
    yield row("shorts ready to post, of all, %", 100 * sum(bool(o["qc"] and o["qc"]["ready"]) for o in outputs) / total)
    for name, check, worth in (
        ("loudness, furthest from what is wanted, LU", "loudness", lambda n: abs(n[0] - n[1])),
        ("true peak, highest, dBTP", "true-peak", lambda n: n[0]),
        ("sound against picture, furthest apart, ms", "av-offset", lambda n: abs(n[0])),
        ("duration, furthest from what is wanted, frames", "duration", lambda n: abs(n[0] - n[1]) / n[2]),
    ):
        values = check_values(outputs, check)
        yield row(name, math.nan if not values or None in values else max(map(worth, values)))


def rows_of_speed(run, events, sampler, stages):
    begun, source = seconds(run["created_at"]), (run["source"]["duration_ms"] or 0) / 1000
    shorts = [seconds(e["created_at"]) - begun for e in events if e["type"] == "output.rendered"]
    spoken = next((s for s in stages if s["stage"] == "transcribe"), {}).get("speech_cpu_s")
    if spoken:
        yield row("transcription, times real time a core-second", source / spoken)
    yield row("gateway, peak MB", max(s["gateway"] for s in sampler.samples) / 1e6)
    yield row("worker with its processes, peak MB", max(s["worker"] for s in sampler.samples) / 1e6)
    is_long = source >= LONG_SECONDS and run["delivery"]["total"] >= LONG_SHORTS
    is_long = is_long and len(run["options"]["shorts"]["aspect_ratios"]) >= LONG_RATIOS
    for name, value in zip(TIMES, (min(shorts, default=None), max(shorts, default=None))):
        if value is not None or is_long:
            yield row(name, None if value is None else value / 60, with_bar=is_long)
    if run["finished_at"]:
        yield row("whole run, times real time", source / max(seconds(run["finished_at"]) - begun, 1e-3))
    yield row("cores that others kept busy meanwhile", sampler.others())


def rows_of_render(rendered):
    yield row("render of all ratios, times as fast as ffmpeg", rendered["all"], with_bar=rendered["ratios"] == LONG_RATIOS)
    yield row("render of one ratio, times as fast as ffmpeg", rendered["one"])


def stage_costs(run, sampler):
    """Wall and processor time of each stage, and the most memory that was held while it ran."""
    source, stages = (run["source"]["duration_ms"] or 0) / 1000, []
    for job in sorted(run["jobs"], key=lambda job: job["number"]):
        start, end = seconds(job["started_at"]), seconds(job["finished_at"])
        if start is None or end is None:
            stages.append({"stage": job["stage"], "state": job["state"]})
            continue
        gateway, worker = sampler.peaks(start, end)
        stages.append({
            "stage": job["stage"], "state": job["state"], "wall_s": round(end - start, 2),
            "cpu_s": round((job["usage"] or {}).get("cpu_ms", 0) / 1000, 2),
            "times_real_time": round(source / max(end - start, 1e-3), 1),
            "gateway_mb": round(gateway / 1e6), "worker_mb": round(worker / 1e6),
            **({"speech_cpu_s": round(sampler.spent("speech_cpu", start, end), 2)} if job["stage"] == "transcribe" else {}),
        })
    return stages


def report(run, outputs, events, published, truth, sampler, rendered=None):
    """All of it, as it goes into the JSON file."""
    stages, rows, misses = stage_costs(run, sampler), [], {}
    if "transcript.json" in published:
        rows += rows_of_transcript(published["transcript.json"], truth)
        misses["words"] = differences(truth["segments"] or [], published["transcript.json"]["words"])
    if "segments.json" in published:
        matches = matches_of_segments(published["segments.json"], published.get("media.json", {}), truth)
        rows += rows_of_segments(matches)
        misses |= {kind: match.misses for kind, match in matches.items()}
    share = shown_whole([value for name, value in published.items() if name.startswith("framing/")])
    if share is not None:
        rows.append(row("time with faces in which one is shown whole, %", 100 * share))
    rows += rows_of_shorts(outputs, run["delivery"]["total"])
    rows += rows_of_speed(run, events, sampler, stages)
    rows += rows_of_render(rendered) if rendered else []
    return {
        "source_s": (run["source"]["duration_ms"] or 0) / 1000, "run": run["id"], "state": run["state"],
        "error": run["error"], "warnings": run["warnings"], "shorts": run["delivery"]["total"],
        "rows": rows, "stages": stages, "missed_checks": missed_checks(outputs), "misses": misses,
        "render": rendered,
    }


def cell(value, digits=1):
    return "-" if value is None else f"{value:.{digits}f}"


def show(found):
    """Prints the tables; how many bars were missed."""
    print(f"source {found['source_s']:.1f} s, {found['shorts']} shorts, run {found['state']}\n")
    columns = (("wall_s", "wall s", 1), ("cpu_s", "CPU s", 1), ("times_real_time", "times real time", 1),
               ("gateway_mb", "gateway MB", 0), ("worker_mb", "worker MB", 0))
    print(f"{'stage':<18}" + "".join(f"{title:>17}" for _, title, _ in columns))
    for stage in found["stages"]:
        print(f"{stage['stage']:<18}" + "".join(f"{cell(stage.get(key), digits):>17}" for key, _, digits in columns))
    print(f"\n{'what':<52}{'found':>10}{'wanted':>10}")
    for entry in found["rows"]:
        verdict = {True: "holds", False: "MISSED"}.get(entry.get("holds"), "")
        line = f"{entry['name']:<52}{cell(entry['value'], 2):>10}{entry.get('bar', ''):>10}  {verdict}"
        print(line.rstrip())
    if found["missed_checks"]:
        print("\nchecks that shorts missed")
        for check in found["missed_checks"]:
            print(f"{check['count']:>4}  {check['name']:<14}{check['aspect_ratio']:<6}{check['example']}")
    codes = {}
    for warning in found["warnings"]:
        codes.setdefault(warning["code"], []).append(warning["detail"])
    for code, details in sorted(codes.items()):
        print(f"\nwarning {code}, {len(details)} times: {details[0]}")
    if found["error"]:
        print(f"\n{found['error']['title']}: {found['error']['detail']}")
        for error in found["error"].get("errors", [])[:ERRORS_SHOWN]:
            print(f"  {error['pointer']}: {error['detail']}")
    return sum(entry.get("holds") is False for entry in found["rows"])
