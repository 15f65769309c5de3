"""One short of the run rendered again and again: by the project's renderer, and by the ffmpeg program with the same
filters and encoder settings, in turns."""
import json, os, shutil, statistics, subprocess, time

ROUNDS = 3
SECONDS_MAX = 60  # a longer short tells no more
LIMITER_RATE, LIMITER_MS, CODEC_HEADROOM_DB = 192_000, 5, 0.3
SOUND_RATE, SOUND_KBIT = 48_000, 128
STEREO = "aformat=sample_fmts=fltp:sample_rates=48000:channel_layouts=stereo"


class RenderError(Exception):
    """A render that did not come to its end."""


def choose_short(composition):
    """The longest usual short that only crops a whole clip: other layouts, cuts and music are no one filter chain."""
    usable = [s for s in composition["shorts"] if s["duration_ms"] <= SECONDS_MAX * 1000
              and not s.get("kept_ranges_ms") and not (s.get("branding") or {}).get("music")
              and all(shot["layout"] == "crop" for canvas in s["canvases"] for shot in canvas["shots"])]
    return max(usable, key=lambda s: s["duration_ms"], default=None)


def stepped(shots, side, lead_s):
    """A side of the crop as an expression of time in the clip file."""
    text = str(shots[0]["rect"][side])
    for shot in shots[1:]:
        text = f"if(gte(t,{lead_s + shot['start_ms'] / 1000}),{shot['rect'][side]},{text})"
    return text


def picture_filters(short, canvas, script):
    lead, duration = short["lead_ms"] / 1000, short["duration_ms"] / 1000
    width, height, shots = canvas["width"], canvas["height"], canvas["shots"]
    rect = shots[0]["rect"]
    return ",".join([
        f"crop={rect['width']}:{rect['height']}:'{stepped(shots, 'x', lead)}':'{stepped(shots, 'y', lead)}'",
        f"trim=start={lead}:duration={duration}", "setpts=PTS-STARTPTS",
        f"fps={short['fps_num']}/{short['fps_den']}",
        f"scale={width}:{height}:force_original_aspect_ratio=increase:flags=bicubic:out_color_matrix=bt709:out_range=tv",
        f"crop={width}:{height}", "setsar=1", "format=yuv420p", f"ass={script}",
    ])


def sound_filters(short):
    sound, lead, duration = short["audio"], short["lead_ms"] / 1000, short["duration_ms"] / 1000
    ceiling = 10 ** (min(0, sound["true_peak_max_dbtp"] - CODEC_HEADROOM_DB) / 20)
    return ",".join([
        f"aresample={SOUND_RATE}:async=1:first_pts=0", STEREO,
        f"atrim=start={lead}:duration={duration}", "asetpts=PTS-STARTPTS",
        f"volume={sound['gain_db']}dB:precision=float", f"apad=pad_len={SOUND_RATE}", f"aresample={LIMITER_RATE}",
        f"alimiter=level=0:limit={ceiling}:attack={LIMITER_MS}:release=60",
        f"atrim=start_sample={LIMITER_RATE * LIMITER_MS // 1000}", "asetpts=PTS-STARTPTS", f"aresample={SOUND_RATE}",
        STEREO, f"apad=whole_dur={duration}", f"atrim=end={duration}",
        f"afade=t=in:st=0:d={sound['fade_in_ms'] / 1000}",
        f"afade=t=out:st={duration - sound['fade_out_ms'] / 1000}:d={sound['fade_out_ms'] / 1000}",
    ])


def ffmpeg_command(clip, short, canvas, told, script, out):
    """What does of one ratio what the renderer does; the encoder takes the threads that it wants."""
    key_frames = max(1, round(short["fps_num"] / short["fps_den"] * told["keyframe_ms"] / 1000))
    return [
        "ffmpeg", "-nostdin", "-v", "error", "-y", "-i", clip,
        "-filter_complex", f"[0:v]{picture_filters(short, canvas, script)}[v];[0:a]{sound_filters(short)}[a]",
        "-map", "[v]", "-map", "[a]", "-c:v", "libx264", "-preset", told["preset"], "-crf", str(told["crf"]),
        "-profile:v", "high", "-g", str(key_frames), "-c:a", "aac", "-b:a", f"{SOUND_KBIT}k", "-movflags", "+faststart", out,
    ]


def run(command, folder):
    begun = time.monotonic()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise RenderError(f"{os.path.basename(command[0])}: {done.stderr.strip()[-500:]}")
    return time.monotonic() - begun, done.stdout


def frames_of(path):
    return int(subprocess.run(
        ["ffprobe", "-v", "error", "-select_streams", "v:0", "-count_packets", "-show_entries",
         "stream=nb_read_packets", "-of", "csv=p=0", path], capture_output=True, text=True, check=True).stdout)


def compare(program, clip, short, folder):
    """Medians in seconds, and how many times as fast the renderer is: with all ratios, and with the first alone."""
    with open(os.path.join(folder, "short.json"), "w", encoding="utf-8") as file:
        json.dump(short, file)
    canvases, seconds = short["canvases"], {"ours": [], "ffmpeg": [], "ours_one": [], "ffmpeg_one": []}

    def ours(wanted):
        ratios = ",".join(canvas["aspect_ratio"] for canvas in wanted)
        took, told = run([program, "--clip", clip, "--short", "short.json", "--folder", folder, "--ratios", ratios], folder)
        return took, json.loads(told)

    def theirs(canvas, told):
        slug = canvas["aspect_ratio"].replace(":", "x")
        took, _ = run(ffmpeg_command(clip, short, canvas, told, f"{slug}.ass", f"ffmpeg-{slug}.mp4"), folder)
        return took, frames_of(os.path.join(folder, f"ffmpeg-{slug}.mp4"))

    for _ in range(ROUNDS):
        took, told = ours(canvases)
        seconds["ours"].append(took)
        done = [theirs(canvas, told) for canvas in canvases]
        # Fewer frames would be less work.
        if any(abs(frames - told["frames"][0]) > 1 for _, frames in done):
            raise RenderError(f"ffmpeg wrote {[frames for _, frames in done]} frames, the renderer {told['frames']}")
        seconds["ffmpeg"].append(sum(took for took, _ in done))
        seconds["ffmpeg_one"].append(done[0][0])
        seconds["ours_one"].append(ours(canvases[:1])[0])
    found = {name: statistics.median(values) for name, values in seconds.items()}
    found |= {"clip": short["clip"], "duration_s": short["duration_ms"] / 1000, "ratios": len(canvases)}
    return found | {"all": found["ffmpeg"] / found["ours"], "one": found["ffmpeg_one"] / found["ours_one"]}


def has_ffmpeg():
    return all(shutil.which(name) for name in ("ffmpeg", "ffprobe"))
