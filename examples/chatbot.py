"""A chatbot in a few lines: asks what the API asks, and tells what it answers. Needs a running `resolvent serve`."""

import json
import urllib.request

DIAGNOSE = "http://127.0.0.1:8940/v1/diagnose"


def diagnose(facts):
    """The outcome for what is known so far; the server keeps nothing."""
    body = json.dumps({"facts": facts}).encode()
    request = urllib.request.Request(DIAGNOSE, body, {"Content-Type": "application/json"})
    return json.load(urllib.request.urlopen(request))


facts = {}
while questions := diagnose(facts)["questions"]:
    question = questions[0]
    print(question["ask"], ", ".join(choice["value"] for choice in question["choices"]))
    answer = input("> ").strip() or "unknown"
    facts[question["fact"]] = {"true": True, "false": False, "[]": []}.get(answer, answer)
for resolution in diagnose(facts)["resolutions"]:
    for step in resolution["steps"]:
        if step["state"] == "do":
            print(f"- {step['text']}", step["command"] or "", sep="\n  ")
