"""A stand-in for the engine: answers with the golden messages, and misbehaves when told to.

Run as ``python fake_engine.py MODE``; modes are named in the tests that use them.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

GOLDEN = Path(__file__).parent.parent / "contract"
ANSWERS = {
    json.loads(path.read_text())["request"]["method"]: json.loads(path.read_text())["response"]
    for path in GOLDEN.glob("*.json")
    if "request" in json.loads(path.read_text()) and "result" in json.loads(path.read_text())["response"]
}


def golden(name: str) -> dict:
    return json.loads((GOLDEN / f"{name}.json").read_text())


def send(message: dict) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def main(mode: str) -> None:
    print("fake engine is up", file=sys.stderr, flush=True)
    held = []
    for line in sys.stdin:
        request = json.loads(line)
        method = request["method"]
        if mode == "die" and method != "engine.hello":
            print("out of memory", file=sys.stderr, flush=True)
            sys.exit(7)
        if mode == "rubbish":
            sys.stdout.write("Loading weights 100%|####|\n[1, 2]\n\n")
        if mode == "silent" and method != "engine.hello":
            continue
        if method == "film.run" and mode == "refuse":
            send({**golden("error_consent")["response"], "id": request["id"]})
            continue
        answer = {**ANSWERS.get(method, golden("error_method")["response"]), "id": request["id"]}
        if method == "engine.hello" and mode in ("older", "newer"):
            answer["result"] = answer["result"] | {"contract": 0 if mode == "older" else 2}
        if method == "film.open" and mode == "wrong":
            answer["result"] = {"path": "x"}
        if mode == "backwards" and method != "engine.hello":
            held.append(answer)
            if len(held) == 2:
                send(held[1])
                send(held[0])
            continue
        if method == "film.run" and mode == "early":
            send(golden("job_progress")["notification"])
        send(answer)
        if method == "film.run" and mode != "early":
            send(golden("job_progress")["notification"])
            if mode == "work":
                time.sleep(0.05)
                send(golden("job_done")["notification"])
        if method == "engine.shutdown":
            return


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "well")
