"""A chatbot in a few lines: asks what the API asks, and tells what it answers. Needs a running `resolvent serve`."""

import json
import urllib.error
import urllib.request

DIAGNOSE = "http://127.0.0.1:8940/v1/diagnose?view=next"


def diagnose(facts):
    """What follows from what is known so far; the server keeps nothing."""
    body = json.dumps({"facts": facts}).encode()
    request = urllib.request.Request(DIAGNOSE, body, {"Content-Type": "application/json"})
    return json.load(urllib.request.urlopen(request))


facts = {}
outcome = diagnose(facts)
while question := outcome["question"]:
    print(question["ask"], *(f"- {choice['label']}" for choice in question["choices"]), sep="\n")
    said = {question["fact"]: input("> ")}  # as people say it: a label, yes, a list, "don't know"
    try:
        outcome = diagnose(facts | said)
    except urllib.error.HTTPError as refused:
        print(json.load(refused)["errors"][0]["detail"])  # what is taken instead; the question is put again
    else:
        facts |= said
print(outcome["summary"])
for cause in outcome["causes"]:
    print(*cause["commands"], sep="\n")
