"""Describes voices: a short recording becomes a direction in space, near to those of the same speaker.

The network is Resemblyzer's voice encoder (GE2E): three LSTM layers over 40 mel bands, then one linear layer.
"""

import numpy

SAMPLE_RATE = 16000
FRAME = 400
HOP = 160
BANDS = 40
WINDOW_FRAMES = 160
STEP_FRAMES = 80
LEVEL_DBFS = -30.0
BATCH = 64


def mel_filters():
    """Triangles on Slaney's mel scale, each of the same area."""

    def to_mel(hertz):
        return numpy.where(
            hertz < 1000, hertz * 3 / 200, 15 + numpy.log(numpy.maximum(hertz, 1) / 1000) * 27 / numpy.log(6.4)
        )

    def to_hertz(mel):
        return numpy.where(mel < 15, mel * 200 / 3, 1000 * numpy.exp((mel - 15) * numpy.log(6.4) / 27))

    edges = to_hertz(numpy.linspace(0, float(to_mel(numpy.array(SAMPLE_RATE / 2))), BANDS + 2))
    bins = numpy.linspace(0, SAMPLE_RATE / 2, FRAME // 2 + 1)
    rising = (bins[None, :] - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins[None, :]) / (edges[2:] - edges[1:-1])[:, None]
    triangles = numpy.maximum(0, numpy.minimum(rising, falling))
    return (triangles * (2 / (edges[2:] - edges[:-2]))[:, None]).astype(numpy.float32)


def mel_frames(samples):
    padded = numpy.pad(samples, FRAME // 2)
    frames = numpy.lib.stride_tricks.sliding_window_view(padded, FRAME)[::HOP]
    window = numpy.hanning(FRAME + 1)[:-1].astype(numpy.float32)
    filters = mel_filters().T
    parts = []
    for first in range(0, len(frames), 4096):
        power = numpy.abs(numpy.fft.rfft(frames[first : first + 4096] * window, axis=1)) ** 2
        parts.append(power.astype(numpy.float32) @ filters)
    return numpy.concatenate(parts)


class Voices:
    def __init__(self, path):
        with numpy.load(path, allow_pickle=False) as arrays:
            self.layers = [
                (
                    arrays["lstm.weight_ih_l%d" % layer].T.copy(),
                    arrays["lstm.weight_hh_l%d" % layer].T.copy(),
                    arrays["lstm.bias_ih_l%d" % layer] + arrays["lstm.bias_hh_l%d" % layer],
                )
                for layer in range(3)
            ]
            self.linear = (arrays["linear.weight"].T.copy(), arrays["linear.bias"])

    def embed(self, batch):
        """Unit vectors for windows of shape (count, WINDOW_FRAMES, BANDS)."""

        def sigmoid(x):
            return 1 / (1 + numpy.exp(-numpy.clip(x, -30, 30)))

        inputs = batch.transpose(1, 0, 2)
        for weight_in, weight_hidden, bias in self.layers:
            size = weight_hidden.shape[0]
            hidden = numpy.zeros((inputs.shape[1], size), numpy.float32)
            cell = numpy.zeros_like(hidden)
            outputs = numpy.empty((len(inputs),) + hidden.shape, numpy.float32)
            for step, driven in enumerate(inputs @ weight_in + bias):
                gates = driven + hidden @ weight_hidden
                keep = sigmoid(gates[:, size : 2 * size])
                cell = keep * cell + sigmoid(gates[:, :size]) * numpy.tanh(gates[:, 2 * size : 3 * size])
                hidden = sigmoid(gates[:, 3 * size :]) * numpy.tanh(cell)
                outputs[step] = hidden
            inputs = outputs
        raw = numpy.maximum(0, inputs[-1] @ self.linear[0] + self.linear[1])
        return raw / numpy.maximum(1e-9, numpy.linalg.norm(raw, axis=1, keepdims=True))

    def windows(self, samples, words):
        """[[start_s, vector], ...] of the windows that are mostly words, which are (start_s, end_s)."""
        spoken = numpy.zeros(len(samples) // HOP + 1, bool)
        for start, end in words:
            spoken[int(start * 100) : int(end * 100) + 1] = True
        if spoken.sum() < WINDOW_FRAMES:
            return []
        loud = samples[numpy.repeat(spoken, HOP)[: len(samples)]]
        level = 20 * numpy.log10(max(1e-6, float(numpy.sqrt(numpy.mean(loud**2)))))
        frames = mel_frames(samples * 10 ** (max(0.0, LEVEL_DBFS - level) / 20))
        starts = [
            first
            for first in range(0, len(frames) - WINDOW_FRAMES + 1, STEP_FRAMES)
            if spoken[first : first + WINDOW_FRAMES].mean() >= 0.6
        ]
        result = []
        for first in range(0, len(starts), BATCH):
            batch = numpy.stack([frames[start : start + WINDOW_FRAMES] for start in starts[first : first + BATCH]])
            for start, vector in zip(starts[first : first + BATCH], self.embed(batch)):
                result.append([start / 100, vector])
        return result
