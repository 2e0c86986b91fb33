"""A chatbot in a few lines: asks what the API asks, and tells what it answers. Needs a running `resolvent serve`.

What a user sent along, such as the output of commands, is named by file: python chatbot.py output.txt
"""

import json
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

DIAGNOSE = "http://127.0.0.1:8940/v1/diagnose?view=next"


def diagnose(known: dict[str, Any]) -> dict[str, Any]:
    """What follows from what is known so far, for the first of several servers; the desk keeps nothing of it."""
    request = urllib.request.Request(DIAGNOSE, json.dumps(known).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        told: dict[str, Any] = json.load(answer)
    return told["servers"][0]["outcome"] if "servers" in told else told


evidence = [{"text": Path(name).read_text(encoding="utf-8")} for name in sys.argv[1:]]
known: dict[str, Any] = {"facts": {}, "settle": {}, "evidence": evidence}
outcome = diagnose(known)
while question := outcome["question"]:
    if question["purpose"] == "complete":
        print(outcome["summary"])  # it is decided; what is asked now only fills in the commands
    labels = {"don't know": "unknown", **{each["label"].casefold(): each["value"] for each in question["choices"]}}
    print(question["ask"], *(f"- {choice['label']}" for choice in question["choices"]), sep="\n")
    said = input("> ")  # as people say it: a label, yes, a list, "don't know"
    # Where sources differ, the answer says which of them is right; any other is a fact.
    kind = "settle" if question["purpose"] == "settle" else "facts"
    answer = labels.get(said.casefold(), said) if kind == "settle" else said
    try:
        outcome = diagnose({**known, kind: {**known[kind], question["fact"]: answer}})
    except urllib.error.HTTPError as refused:
        print(json.load(refused)["errors"][0]["detail"])  # what is taken instead; the question is put again
    else:
        known[kind][question["fact"]] = answer
print(outcome["summary"])
for cause in outcome["causes"]:
    print(*cause["commands"], sep="\n")
