"""What scripts/bench media reads of the artifacts `framing`: whether faces are shown whole."""

COVERAGE_MIN = 0.2  # a face that shows in less of a shot rules no crop


def inside(box, rect):
    return (rect["x"] <= box["x"] and box["x"] + box["width"] <= rect["x"] + rect["width"]
            and rect["y"] <= box["y"] and box["y"] + box["height"] <= rect["y"] + rect["height"])


def shows(crop, box):
    """Whether what a ratio shows holds all of a face at its usual place."""
    parts = {"fit": [], "crop": [crop["rect"]], "stacked": list(crop.get("stack", {}).values())}[crop["layout"]]
    return crop["layout"] == "fit" or any(inside(box, part) for part in parts)


def shown_whole(framings):
    """Share of the time with lasting faces in which one of them at least is shown whole, over all ratios."""
    shown = total = 0
    for framing in framings:
        for shot in framing["shots"]:
            faces = [face["box"] for face in shot["faces"] if face["coverage"] >= COVERAGE_MIN]
            for crop in shot["crops"] if faces else []:
                length = shot["end_ms"] - shot["start_ms"]
                total += length
                shown += length * any(shows(crop, box) for box in faces)
    return shown / total if total else None
