"""Recognises speech in pieces of a wav file for the process that started this one.

One JSON object per line. First comes {"ready": true, "model": ...} or {"fatal": ...}. Then, for each request
    {"id", "op": "transcribe" | "detect", "wav", "offset_bytes", "samples", "language"}
any number of {"id", "progress"} and one of
    {"id", "language", "language_probability", "words": [[text, start_s, end_s, probability], ...],
     "voices": [[start_s, vector], ...]}
    {"id", "language" (null when nobody speaks), "language_probability"}
    {"id", "error"}
A vector describes the voice from there on for 1.6 s: 256 bytes in base64, each a part of a direction times 255. There
are none without a voice model. Samples are 16 kHz mono, 16 bits, little-endian. The process ends when its input does.
"""

import base64
import json
import os
import queue
import sys
import threading

# Only answers may reach the pipe: whatever a library prints goes to the log instead.
answers = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
os.dup2(2, 1)

SAMPLE_RATE = 16000
SAMPLES_MAX = 20 * 60 * SAMPLE_RATE


def answer(message):
    answers.write(json.dumps(message, ensure_ascii=False, allow_nan=False) + "\n")
    answers.flush()


def read_requests(requests):
    """Runs on a thread of its own, so that a parent that dies also ends a recognition under way."""
    for line in sys.stdin.buffer:
        requests.put(line)
    os._exit(0)


def load_samples(request):
    count = int(request["samples"])
    if not 0 < count <= SAMPLES_MAX:
        raise ValueError("a piece of %d samples is beyond the limits" % count)
    samples = numpy.fromfile(
        request["wav"], dtype="<i2", count=count, offset=int(request["offset_bytes"])
    )
    if len(samples) != count:
        raise ValueError("the wav file has %d samples of %d" % (len(samples), count))
    return samples.astype(numpy.float32) / 32768.0


def transcribe(model, voices, samples, request):
    segments, info = model.transcribe(
        samples,
        language=request.get("language"),
        beam_size=1,
        word_timestamps=True,
        vad_filter=True,
        condition_on_previous_text=False,
    )
    words = []
    for segment in segments:
        for word in segment.words or []:
            words.append([word.word, round(word.start, 3), round(word.end, 3), round(word.probability, 4)])
        answer({"id": request["id"], "progress": min(1.0, segment.end * SAMPLE_RATE / len(samples))})
    windows = voices.windows(samples, [(start, end) for _, start, end, _ in words]) if voices else []
    return {
        "language": info.language,
        "language_probability": round(float(info.language_probability), 4),
        "words": words,
        "voices": [
            [start, base64.b64encode((vector * 255).round().astype(numpy.uint8).tobytes()).decode()]
            for start, vector in windows
        ],
    }


def detect(model, samples):
    """Looks at speech only: of silence the model would say that it is English, and be half sure of it."""
    from faster_whisper.vad import get_speech_timestamps

    speech = get_speech_timestamps(samples)
    if not speech:
        return {"language": None, "language_probability": 0.0}
    voiced = numpy.concatenate([samples[part["start"] : part["end"]] for part in speech])
    language, probability, _ = model.detect_language(voiced[: 30 * SAMPLE_RATE])
    return {"language": language, "language_probability": round(float(probability), 4)}


def main():
    requests = queue.Queue()
    threading.Thread(target=read_requests, args=(requests,), daemon=True).start()
    try:
        global ctranslate2, numpy
        import ctranslate2
        import faster_whisper
        import numpy

        model = faster_whisper.WhisperModel(
            sys.argv[1], device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True
        )
        voices = None
        if len(sys.argv) > 2:
            # An isolated Python does not look for modules beside the program.
            sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
            from voices import Voices

            voices = Voices(sys.argv[2])
    except Exception as error:
        answer({"fatal": "%s: %s" % (type(error).__name__, error)})
        sys.exit(1)
    answer({"ready": True, "engine": "faster-whisper " + faster_whisper.__version__})

    while True:
        request = json.loads(requests.get())
        try:
            # A hard passage is tried again with random sampling: the same piece must give the same words.
            ctranslate2.set_random_seed(1)
            samples = load_samples(request)
            if request["op"] == "detect":
                result = detect(model, samples)
            else:
                result = transcribe(model, voices, samples, request)
            answer({"id": request["id"], **result})
        except Exception as error:
            answer({"id": request["id"], "error": "%s: %s" % (type(error).__name__, error)})


main()
