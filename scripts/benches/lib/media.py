"""Drives scripts/bench media: hands a source to a gateway that runs, and holds what comes out against the bars."""
import argparse, json, os, sys, tempfile

sys.dont_write_bytecode = True  # into the repository
from media_memory import Sampler
from media_render import RenderError, choose_short, compare, has_ffmpeg
from media_run import Gateway, Refused
from media_table import report, show
from media_truth import LISTS, TruthError, choose_moments, read_truth

RATIOS = ("9:16", "1:1", "16:9")
MOMENTS_MAX = 100
NAMES = ("media.json", "transcript.json", "segments.json", "composition.json", "framing/")


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/bench media", add_help=False)
    parser.add_argument("source", nargs="?")
    parser.add_argument("--truth")
    parser.add_argument("--moments", type=int)
    parser.add_argument("--ratios")
    parser.add_argument("--json")
    parser.add_argument("--check", action="store_true", help=argparse.SUPPRESS)
    a = parser.parse_args()
    if a.source is None and "REELGATE_BENCH_SAMPLE" in os.environ:
        a.source = os.environ["REELGATE_BENCH_SAMPLE"]
        a.truth = a.truth or os.path.splitext(a.source)[0] + ".truth.json"
    is_file = a.source is not None and not a.source.startswith(("http://", "https://"))
    if is_file and not os.access(a.source, os.R_OK):
        parser.error(f"there is no readable file '{a.source}'")
    a.ratios = a.ratios.split(",") if a.ratios else None
    if a.ratios and (set(a.ratios) - set(RATIOS) or len(set(a.ratios)) < len(a.ratios)):
        parser.error(f"--ratios takes each of {','.join(RATIOS)} once at most")
    if a.moments is not None and not 1 <= a.moments <= MOMENTS_MAX:
        parser.error(f"--moments takes 1 to {MOMENTS_MAX}")
    if a.moments and a.source is not None and not a.truth:
        parser.error("--moments needs --truth, which says where nobody speaks")
    return a, parser


def renders(gateway, run_id, composition):
    """One short against the ffmpeg program; nil with a line that says why where there is nothing to compare."""
    short = choose_short(composition) if composition else None
    if short is None or not has_ffmpeg():
        print("no render is compared: " + ("no ffmpeg program" if short else "no short that only crops"), file=sys.stderr)
        return None
    with tempfile.TemporaryDirectory() as folder:
        clip = os.path.join(folder, "clip.mp4")
        gateway.save(gateway.artifacts(run_id)[f"clip-media/{short['clip']}.mp4"], clip)
        print(f"rendering {short['clip']} again and again", file=sys.stderr)
        return compare(os.environ["REELGATE_BENCH_RENDER"], clip, short, folder)


def main():
    a, parser = arguments()
    try:
        truth = read_truth(a.truth) if a.truth else dict.fromkeys(LISTS)
        moments = choose_moments(truth, a.moments) if a.moments and a.truth else None
    except TruthError as error:
        parser.error(str(error))
    if a.check:
        print("" if a.source else "sample")
        return 0
    gateway = Gateway(os.environ["REELGATE_URL"], os.environ["REELGATE_API_KEY"])
    sampler = Sampler(int(os.environ["REELGATE_BENCH_GATEWAY"]))
    sampler.start()
    try:
        run = gateway.follow(gateway.post_run(a.source, moments, a.ratios)["id"])
        sampler.stop()
        path = f"/v1/runs/{run['id']}"
        outputs, events = gateway.all(path + "/outputs"), gateway.all(path + "/events")
        published = gateway.published(run["id"], NAMES)
        rendered = renders(gateway, run["id"], published.get("composition.json"))
        found = report(run, outputs, events, published, truth, sampler, rendered)
    except (Refused, RenderError) as error:
        sys.exit(f"bench media: {error}")
    found["moments"] = moments
    missed = show(found)
    if a.json:
        with open(a.json, "w", encoding="utf-8") as file:
            json.dump(found, file, indent=1, ensure_ascii=False)
    return 1 if missed or run["state"] != "fully_generated" else 0


sys.exit(main())
