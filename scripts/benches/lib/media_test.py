"""Tests of what scripts/bench media computes: python3 scripts/benches/lib/media_test.py"""
import contextlib, datetime, io, json, os, random, subprocess, sys, tempfile, time, types, unittest

sys.dont_write_bytecode = True
import media_framing as framing
import media_measures as measures
import media_render as render
import media_table as table
from media_memory import Sampler
from media_truth import MOMENT_SECONDS, TruthError, choose_moments, read_truth

EMPTY = {"segments": None, "turns": None, "long_silences": None, "shots": None}


def spoken(*spans):
    return [{"start": start, "end": end, "text": "words"} for start, end in spans]


def word(text, start_ms, end_ms=None):
    return {"text": text, "start_ms": start_ms, "end_ms": end_ms or start_ms + 100}


class Words(unittest.TestCase):
    def test_numbers_are_compared_as_they_are_read(self):
        pairs = [("about 1455, the 42-line", "about fourteen fifty-five the forty-two line"),
                 ("in the 15th century", "in the fifteenth century"), ("1,200", "one thousand two hundred"),
                 ("2026", "two thousand twenty six"), ("the 20th", "the twentieth"), ("0", "zero")]
        for found, wanted in pairs:
            self.assertEqual(measures.normalised(found), measures.normalised(wanted))

    def test_case_punctuation_and_kinds_of_apostrophe_make_no_difference(self):
        self.assertEqual(measures.normalised("Feed\u2019st, thy LIGHT'S \u2014 flame!"), ["feed'st", "thy", "light's", "flame"])

    def test_the_distance_is_that_of_the_plain_table(self):
        chance = random.Random(5)
        for _ in range(300):
            a, b = ([chance.choice("abcd") for _ in range(chance.randint(0, 12))] for _ in range(2))
            line = list(range(len(b) + 1))
            for i, x in enumerate(a, 1):
                above, line = line, [i]
                for j, y in enumerate(b, 1):
                    line.append(min(above[j] + 1, line[-1] + 1, above[j - 1] + (x != y)))
            self.assertEqual(measures.edit_distance(a, b), line[-1], (a, b))

    def test_errors_are_counted_over_the_whole_source(self):
        segments = [{"start": 0, "end": 1, "text": "It was the best"}, {"start": 1, "end": 2, "text": "of times."}]
        found = [word(text, 0) for text in ("It", "was", "best", "of", "dimes,", "indeed")]
        self.assertEqual(measures.word_errors(segments, found), (3, 6))

    def test_onsets_are_compared_of_words_that_were_recognised(self):
        segments = [{"start": 5, "end": 7, "text": "a b c", "words": [
            {"text": "a", "start": 5.0}, {"text": "b", "start": 5.5}, {"text": "c", "start": 6.0}]}]
        found = [word("c", 100), word("A", 5030), word("x", 5500), word("c.", 5900)]
        self.assertEqual(measures.onset_errors(segments, found), [30, -100])

    def test_differences_are_those_of_each_utterance_alone(self):
        segments = [{"start": 1, "end": 2, "text": "by the woodcutters of"}, {"start": 2.2, "end": 3, "text": "the Netherlands"}]
        found = [word(text, ms) for text, ms in (
            ("by", 1000), ("the", 1200), ("wood", 1300), ("cutters", 1400), ("of", 1800), ("the", 2200), ("netherlands.", 2400))]
        self.assertEqual(measures.differences(segments, found), [{"said": "woodcutters", "heard": "wood cutters", "count": 1}])

    def test_times_that_go_back_or_are_too_short_are_counted(self):
        found = [word("a", 100), word("b", 90, 130), word("c", 200, 239)]
        self.assertEqual(measures.bad_word_times(found), 2)


class Segments(unittest.TestCase):
    def test_a_cut_counts_within_one_frame_and_once(self):
        shots = [{"start": s} for s in (0, 10, 20, 30)]
        cuts = [{"at_ms": ms} for ms in (10033, 10034, 20050, 25000)]
        match = measures.match_cuts(shots, cuts, 1000 / 30)
        self.assertEqual((round(match.recall, 1), match.precision), (33.3, 25.0))
        self.assertEqual(match.misses, {"missed_ms": [[20000, 20000], [30000, 30000]],
                                        "false_ms": [[10034, 10034], [20050, 20050], [25000, 25000]]})

    def test_a_long_silence_must_be_found_nearly_whole(self):
        wanted = [{"start": 10, "end": 14}, {"start": 20, "end": 24}]
        found = [{"start_ms": 9500, "end_ms": 13700}, {"start_ms": 20000, "end_ms": 23500},
                 {"start_ms": 30000, "end_ms": 33000}, {"start_ms": 40000, "end_ms": 40500}]
        match = measures.match_silences(wanted, found)
        self.assertEqual((match.recall, round(match.precision, 1)), (50.0, 66.7))
        self.assertEqual(match.misses, {"missed_ms": [[20000, 24000]], "false_ms": [[30000, 33000]]})

    def test_a_change_of_speaker_counts_near_the_pause_in_which_it_happens(self):
        truth = [{"start": 0, "end": 10, "speaker": "ana"}, {"start": 11, "end": 20, "speaker": "ben"},
                 {"start": 20.5, "end": 30, "speaker": "ben"}, {"start": 30, "end": 40, "speaker": "ana"}]
        turns = [{"start_ms": a, "end_ms": b, "speaker": s} for a, b, s in (
            (0, 9600, "speaker-0"), (11200, 29000, "speaker-1"), (29400, 40000, "speaker-0"))]
        match = measures.match_turns(truth, turns, 500)
        self.assertEqual((match.recall, match.precision), (50.0, 50.0))
        self.assertEqual(match.misses, {"missed_ms": [[30000, 30000]], "false_ms": [[29000, 29400]]})

    def test_nothing_found_has_no_precision_and_nothing_wanted_no_recall(self):
        match = measures.match_cuts([{"start": 0}, {"start": 5}], [], 33)
        self.assertEqual((match.recall, match.precision), (0.0, None))
        match = measures.match_silences([], [])
        self.assertEqual((match.recall, match.precision), (None, None))


class Moments(unittest.TestCase):
    def truth(self, seconds, seed, silence_at=()):
        chance, at, spans, silences = random.Random(seed), 1.0, [], []
        while at < seconds:
            end = at + chance.uniform(2, 11)
            spans.append((at, end))
            at = end + chance.uniform(0.15, 1.0)
            if silence_at and at > silence_at[0]:
                silence_at = silence_at[1:]
                silences.append({"start": at, "end": at + 5})
                at += 5
        return {**EMPTY, "segments": spoken(*spans), "long_silences": silences}

    def test_moments_are_of_fit_length_in_gaps_apart_and_off_long_silences(self):
        truth = self.truth(1200, 3, silence_at=(100, 333, 800))
        moments = choose_moments(truth, 15)
        self.assertEqual(len(moments), 15)
        for a, b in zip(moments, moments[1:]):
            self.assertLessEqual(a["end_ms"], b["start_ms"])
        for moment in moments:
            start, end = moment["start_ms"] / 1000, moment["end_ms"] / 1000
            self.assertTrue(MOMENT_SECONDS[0] <= end - start <= MOMENT_SECONDS[1])
            for entry in truth["segments"]:
                self.assertFalse(any(entry["start"] < at < entry["end"] for at in (start, end)))
            for silence in truth["long_silences"]:
                self.assertLessEqual(min(end, silence["end"]) - max(start, silence["start"]), 0.26)

    def test_moments_are_spread_over_the_source(self):
        moments = choose_moments(self.truth(1200, 4), 6)
        for k, moment in enumerate(moments):
            middle = (moment["start_ms"] + moment["end_ms"]) / 2000
            self.assertTrue(200 * k < middle < 200 * (k + 1), (k, middle))

    def test_as_many_as_there_is_room_for_and_not_one_more(self):
        truth = self.truth(121, 5)
        room = 1
        while room < 10:
            try:
                self.assertEqual(len(choose_moments(truth, room)), room)
            except TruthError:
                break
            room += 1
        self.assertIn(room, (4, 5))

    def test_a_truth_without_utterances_gives_none(self):
        with self.assertRaises(TruthError):
            choose_moments({**EMPTY, "segments": []}, 1)


class Truth(unittest.TestCase):
    def read(self, text):
        path = os.path.join(os.environ.get("TMPDIR", "/tmp"), f"truth-{os.getpid()}.json")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        try:
            return read_truth(path)
        finally:
            os.remove(path)

    def test_lists_may_be_left_out_and_are_put_in_order(self):
        truth = self.read('{"shots": [{"start": 9}, {"start": 0, "shot": "wide"}], "seed": 3}')
        self.assertEqual([shot["start"] for shot in truth["shots"]], [0, 9])
        self.assertIsNone(truth["segments"])

    def test_what_is_no_truth_is_refused(self):
        for text in ("[]", "{", '{"segments": [{"start": 1, "end": 2}]}', '{"turns": [{"start": "1", "end": 2, "speaker": "a"}]}',
                     '{"shots": [{"start": -1}]}', '{"shots": [7]}', '{"shots": 7}', '{"shots": [{"start": NaN}]}',
                     '{"long_silences": [{"start": 2, "end": 1}]}', '{"segments": [{"start": 1, "end": 2, "text": 3}]}',
                     '{"segments": [{"start": 1, "end": 2, "text": "a", "words": [{"text": "a"}]}]}'):
            with self.assertRaises(TruthError, msg=text):
                self.read(text)


class Rows(unittest.TestCase):
    def output(self, *checks, ready=True):
        return {"clip": "clip-01", "state": "rendered", "qc": {"ready": ready, "checks": [
            {"name": n, "aspect_ratio": "9:16", "passed": p, "detail": d} for n, p, d in checks]}}

    def rows(self, *outputs):
        return {row["name"]: row for row in table.rows_of_shorts(list(outputs), len(outputs))}

    def test_the_worst_of_all_renditions_is_held_against_the_bar(self):
        good = [("loudness", True, "-14.2 LUFS; wanted -14.0 within 1 LU"),
                ("true-peak", True, "-1.3 dBTP; at most -1.0 and 0.1 for measuring"),
                ("av-offset", True, "sound starts -21 ms after the picture; at most 20 ms apart"),
                ("duration", True, "19650 ms; wanted 19640 ms within 34 ms")]
        rows = self.rows(self.output(*good), self.output(("loudness", False, "-12.4 LUFS; wanted -14.0 within 1 LU"), ready=False))
        loudness = rows["loudness, furthest from what is wanted, LU"]
        self.assertEqual((loudness["value"], loudness["holds"]), (1.6, False))
        self.assertTrue(rows["true peak, highest, dBTP"]["holds"])
        self.assertEqual(rows["sound against picture, furthest apart, ms"]["value"], 21)
        self.assertEqual(rows["duration, furthest from what is wanted, frames"]["value"], 0.294)
        self.assertEqual((rows["shorts ready to post, of all, %"]["value"], rows["shorts rendered, of all, %"]["value"]), (50, 100))

    def test_a_measure_that_is_missing_or_cannot_be_read_is_missed(self):
        rows = self.rows(self.output(("loudness", True, "as loud as it should be")))
        for name in ("loudness, furthest from what is wanted, LU", "true peak, highest, dBTP"):
            self.assertEqual((rows[name]["value"], rows[name]["holds"]), (None, False))

    def test_missed_checks_are_counted_by_name_and_ratio(self):
        bad = ("frozen", False, "longest stretch 2100 ms; at most 2000 ms")
        found = measures.missed_checks([self.output(bad), self.output(bad, ("black", True, "")), {"clip": "clip-03", "qc": None}])
        self.assertEqual([(c["name"], c["aspect_ratio"], c["count"]) for c in found], [("frozen", "9:16", 2)])

    def test_bars_of_time_are_for_the_long_work_only(self):
        sampler = types.SimpleNamespace(samples=[{"gateway": 50e6, "worker": 2e9}], others=lambda: 0.0)
        run = {"created_at": "2026-01-01T00:00:00.000Z", "finished_at": "2026-01-01T01:00:00.000Z",
               "options": {"shorts": {"aspect_ratios": ["9:16", "1:1", "16:9"]}}}
        events = [{"type": "output.rendered", "created_at": f"2026-01-01T00:{m}:00.000Z"} for m in (10, 50)]
        for source, total, holds in ((7200, 35, [True, False]), (600, 35, [None, None]), (7200, 34, [None, None])):
            run |= {"source": {"duration_ms": source * 1000}, "delivery": {"total": total}}
            rows = {r["name"]: r for r in table.rows_of_speed(run, events, sampler, [])}
            self.assertEqual([rows[name]["value"] for name in table.TIMES], [10, 50])
            self.assertEqual([rows[name].get("holds") for name in table.TIMES], holds)
        self.assertEqual(rows["worker with its processes, peak MB"]["holds"], False)
        self.assertEqual(rows["gateway, peak MB"]["holds"], True)

    def test_every_bar_belongs_to_a_row(self):
        with open(table.__file__, encoding="utf-8") as file:
            text = file.read()
        for name in table.BARS:
            self.assertGreaterEqual(text.count(f'"{name}"'), 2, name)


class Reports(unittest.TestCase):
    def setUp(self):
        self.sampler = Sampler(os.getpid())
        at = self.sampler.samples[0]["at"]
        stamps = [datetime.datetime.fromtimestamp(at + s, datetime.timezone.utc).isoformat(timespec="milliseconds") for s in (-9, -3, 0)]
        job = {"number": "02", "stage": "transcribe", "state": "completed", "usage": {"cpu_ms": 2500}, "started_at": stamps[0],
               "finished_at": stamps[1]}
        waiting = {"number": "03", "stage": "segment", "state": "pending", "usage": None, "started_at": None, "finished_at": None}
        self.run_ended = {
            "id": "run_1", "state": "failed", "created_at": stamps[0], "finished_at": stamps[2], "warnings": [
                {"code": "moment-snapped", "detail": "a"}, {"code": "moment-snapped", "detail": "b"}],
            "jobs": [waiting, job], "source": {"duration_ms": 60_000}, "delivery": {"total": 0},
            "options": {"shorts": {"aspect_ratios": ["9:16"]}},
            "error": {"title": "The moments do not fit", "detail": "See errors.", "errors": [{"pointer": "/moments/0", "detail": "no"}]}}

    def show(self, found):
        with contextlib.redirect_stdout(io.StringIO()) as out:
            missed = table.show(found)
        return missed, out.getvalue()

    def test_a_run_that_failed_tells_why_and_what_its_stages_cost(self):
        found = table.report(self.run_ended, [], [], {}, EMPTY, self.sampler)
        self.assertEqual(found["stages"][0]["cpu_s"], 2.5)
        self.assertEqual(found["stages"][0]["times_real_time"], 10.0)
        missed, text = self.show(found)
        self.assertEqual(missed, 0)
        for part in ("run failed", "warning moment-snapped, 2 times: a", "/moments/0: no", "segment"):
            self.assertIn(part, text)

    def test_a_face_that_lasts_has_to_be_shown_whole_in_each_ratio(self):
        def rect(x, width, y=0, height=720):
            return {"x": x, "y": y, "width": width, "height": height}

        def shot(start, end, *crops, coverage=0.9):
            faces = [{"box": rect(100, 150, 200, 180), "coverage": coverage}, {"box": rect(900, 150, 200, 180), "coverage": coverage}]
            return {"start_ms": start, "end_ms": end, "faces": faces, "crops": list(crops)}

        good, bad = {"layout": "crop", "rect": rect(50, 406)}, {"layout": "crop", "rect": rect(120, 406)}
        stacked = {"layout": "stacked", "rect": rect(400, 406), "stack": {"top": rect(400, 406), "bottom": rect(880, 400)}}
        whole = {"layout": "fit", "rect": rect(400, 406)}
        share = framing.shown_whole([{"shots": [shot(0, 1000, good, stacked), shot(1000, 3000, bad, whole)]}])
        self.assertEqual(share, 4000 / 6000)
        self.assertIsNone(framing.shown_whole([{"shots": [shot(0, 1000, bad, coverage=0.1)]}]))
        found = table.report(self.run_ended, [], [], {"framing/clip-01.json": {"shots": [shot(0, 1000, good)]}}, EMPTY, self.sampler)
        self.assertEqual([r["name"] for r in found["rows"][:1]], ["time with faces in which one is shown whole, %"])

    def test_rows_that_need_a_truth_are_left_out_without_one(self):
        words = [word("It", 0), word("was", 1000)]
        published = {"transcript.json": {"words": words}, "media.json": {"video": {"fps_num": 30, "fps_den": 1}},
                     "segments.json": {"cuts": [{"at_ms": 500}], "silences": [], "turns": []}}
        found = table.report(self.run_ended, [], [], published, EMPTY, self.sampler)
        self.assertNotIn("word errors, %", [r["name"] for r in found["rows"]])
        truth = {**EMPTY, "segments": [{"start": 0, "end": 2, "text": "It is", "words": None}], "shots": [{"start": 0}, {"start": 0.5}]}
        found = table.report(self.run_ended, [], [], published, truth, self.sampler)
        rows = {r["name"]: r for r in found["rows"]}
        self.assertEqual(rows["word errors, %"]["value"], 50)
        self.assertEqual(rows["true cuts that were found within a frame, %"]["value"], 100)
        missed, text = self.show(found)
        self.assertEqual(missed, 1)
        self.assertRegex(text, r"word errors, % +50.00 +<= 6  MISSED")
        json.dumps(found)


def short(clip="c001", ms=2000, layout="crop"):
    shots = [{"start_ms": 0, "end_ms": 1000, "layout": "crop", "rect": {"x": 0, "y": 0, "width": 102, "height": 180}},
             {"start_ms": 1000, "end_ms": ms, "layout": layout, "rect": {"x": 218, "y": 0, "width": 102, "height": 180}}]
    sound = {"gain_db": 3.0, "target_lufs": -14, "true_peak_max_dbtp": -1, "fade_in_ms": 15, "fade_out_ms": 15}
    return {"clip": clip, "duration_ms": ms, "lead_ms": 500, "fps_num": 25, "fps_den": 1, "audio": sound,
            "canvases": [{"aspect_ratio": "9:16", "width": 216, "height": 384, "shots": shots}]}


class Renders(unittest.TestCase):
    def test_the_longest_short_of_a_minute_that_only_crops_is_compared(self):
        shorts = [short("c001", 9_000), short("c002", 30_000), short("c003", 40_000, layout="fit"), short("c004", 70_000)]
        self.assertEqual(render.choose_short({"shorts": shorts})["clip"], "c002")
        self.assertIsNone(render.choose_short({"shorts": shorts[2:]}))

    def test_ffmpeg_shows_the_same_stretch_with_the_same_crops(self):
        told = {"keyframe_ms": 2000, "preset": "ultrafast", "crf": 20}
        with tempfile.TemporaryDirectory() as folder:
            # Left half red and right half blue, so that the crop's step shows.
            render.run(["ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", "color=red:s=320x180:r=25:d=4", "-f", "lavfi",
                        "-i", "color=blue:s=160x180:r=25:d=4", "-f", "lavfi", "-i", "sine=d=4", "-filter_complex",
                        "[0][1]overlay=160:0", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "clip.mp4"], folder)
            with open(os.path.join(folder, "none.ass"), "w", encoding="utf-8") as file:
                file.write("[Script Info]\nScriptType: v4.00+\n[Events]\n")
            one = short()
            command = render.ffmpeg_command("clip.mp4", one, one["canvases"][0], told, "none.ass", "out.mp4")
            render.run(command, folder)
            self.assertEqual(render.frames_of(os.path.join(folder, "out.mp4")), 50)
            picture = subprocess.run(["ffmpeg", "-v", "error", "-i", "out.mp4", "-vf", "scale=1:1", "-f", "rawvideo", "-pix_fmt",
                                      "rgb24", "-"], cwd=folder, capture_output=True, check=True).stdout
            reds = [picture[at * 3] > picture[at * 3 + 2] for at in range(50)]
            self.assertEqual(reds, [True] * 25 + [False] * 25)

    def test_a_render_that_fails_is_no_figure(self):
        with self.assertRaisesRegex(render.RenderError, "nowhere"):
            render.run(["ffmpeg", "-v", "error", "-i", "nowhere.mp4", "-f", "null", "-"], ".")


class Memory(unittest.TestCase):
    def test_children_count_for_what_they_use_while_and_after_they_run(self):
        sampler = Sampler(os.getpid())
        begun = time.time()
        code = "x = bytearray(60_000_000)\nfor i in range(3_000_000): pass\nprint(flush=True)\ninput()"
        child = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        child.stdout.readline()
        sampler.look()
        child.communicate(b"\n")
        sampler.look()
        self.assertGreater(sampler.spent("cpu", begun, time.time()), 0.02)
        self.assertGreater(sampler.peaks(begun, time.time())[0], 5e6)
        self.assertGreaterEqual(sampler.samples[-1]["cpu"], sampler.samples[-2]["cpu"])

    def test_a_worker_counts_with_its_children_and_they_alone_as_speech(self):
        folder = os.path.join(os.environ.get("TMPDIR", "/tmp"), f"worker-{os.getpid()}")
        os.mkdir(folder)
        program = os.path.join(folder, "reelgate-worker")
        os.symlink(os.path.realpath(sys.executable), program)
        inner = "x = bytearray(90_000_000)\nfor i in range(3_000_000): pass\nprint(flush=True)\ninput()"
        outer = f"import subprocess, sys\nsubprocess.run([{sys.executable!r}, '-c', {inner!r}])"
        try:
            worker = subprocess.Popen([program, "-c", outer], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            worker.stdout.readline()
            sampler = Sampler(os.getpid())
            worker.communicate(b"\n")
        finally:
            os.remove(program)
            os.rmdir(folder)
        sample = sampler.samples[0]
        self.assertGreater(sample["worker"], 90e6)
        self.assertGreater(sample["speech_cpu"], 0.02)
        self.assertLess(sample["speech_cpu"], sample["cpu"])


if __name__ == "__main__":
    unittest.main()
