// Comfort for the pages; each of them works without it.
"use strict";

document.documentElement.classList.add("scripted");

const announcer = document.querySelector("[data-announcer]");

function announce(text) {
  announcer.textContent = "";
  requestAnimationFrame(() => { announcer.textContent = text; });
}

// Copies a text. Where the page did not come over a secure connection, browsers have only the older way, which
// copies what is selected on the page.
async function copy(button, text, shown) {
  const words = button.dataset.words ??= button.textContent;
  let copied = false;
  try {
    await navigator.clipboard.writeText(text);
    copied = true;
  } catch {
    const source = shown ?? document.body.appendChild(document.createElement("pre"));
    if (!shown) source.textContent = text;
    getSelection().selectAllChildren(source);
    copied = document.execCommand("copy");
    if (!shown) source.remove();
  }
  button.textContent = copied ? "Copied" : "Press Ctrl+C";
  announce(button.textContent);
  setTimeout(() => { button.textContent = words; }, 2000);
}

for (const button of document.querySelectorAll("[data-copy]")) {
  const source = button.parentElement.querySelector("[data-copied]");
  button.hidden = false;
  button.addEventListener("click", () => copy(button, source.textContent, source));
}

for (const each of document.querySelectorAll("[data-copies]")) {
  const button = each.querySelector("button");
  each.hidden = false;
  button.addEventListener("click", () => copy(button, each.querySelector("template").content.textContent));
}

// A verdict that is told for the first time is seen, wherever the keyboard is.
if (document.querySelector("[data-news]")) {
  const top = () => scrollTo({ top: 0, behavior: "instant" });
  const focused = () => requestAnimationFrame(top);
  document.addEventListener("focusin", focused, { once: true });
  addEventListener("load", () => requestAnimationFrame(() => {
    top();
    document.removeEventListener("focusin", focused);
  }));
}

// What has just been recorded or read is said to those who do not see it; the keyboard is at the question.
const lately = [...document.querySelectorAll("[data-announce]")].map((each) => each.innerText.replace(/\s+/g, " ").trim());
if (lately.length) announce(lately.join(". "));

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// Where several things are asked at once, a digit picks among the choices that the keyboard is at, or the first ones.
function pick(form, event) {
  const set = event.target.closest("fieldset, .pressed") ?? form.querySelector("fieldset[data-picks]");
  if (!/^[1-9]$/.test(event.key) || !set) return undefined;
  return set.querySelectorAll("input[type=radio], input[type=checkbox], button.option")[event.key - 1];
}

// A digit presses the button that bears it, but only while the focus is within its form, so that no digit typed
// elsewhere, and no command of a screen reader or by voice, answers a question.
for (const form of document.querySelectorAll("form[data-keys]")) {
  form.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input:not([type=checkbox], [type=radio]), textarea, select");
    if (typing || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
    const button = form.querySelector(`button[data-key="${CSS.escape(event.key)}"]`);
    if (button && button.querySelector("kbd")) {
      event.preventDefault();
      button.click();
      return;
    }
    const picked = pick(form, event);
    if (picked) {
      event.preventDefault();
      picked.focus();
      picked.click();
    }
  });
}

// A suggestion becomes a button that fills the field.
for (const suggestion of document.querySelectorAll("[data-fill]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "chip";
  button.textContent = suggestion.textContent;
  button.addEventListener("click", () => {
    const field = document.getElementById(suggestion.dataset.fill);
    field.value = button.textContent;
    field.focus();
  });
  suggestion.replaceWith(button);
}

// “None of these” and “Don’t know” exclude the others.
for (const set of document.querySelectorAll("[data-ticks]")) {
  const boxes = [...set.querySelectorAll("input[type=checkbox]")];
  const alone = boxes.filter((box) => box.hasAttribute("data-alone"));
  for (const box of alone.length && alone.length < boxes.length ? boxes : []) {
    box.addEventListener("change", () => {
      if (!box.checked) return;
      for (const other of boxes) {
        if (other !== box && (alone.includes(box) || alone.includes(other))) other.checked = false;
      }
    });
  }
}

// What is not asked with the choice that leads a form is put out of sight; and a tick that only one of its values has
// picks that value, for all to see.
for (const form of document.querySelectorAll("form[data-keys]")) {
  const lead = [...form.querySelectorAll("[data-picks] input[type=radio]")];
  const depending = [...form.querySelectorAll("[data-only-for]")];
  const show = () => {
    const chosen = lead.find((each) => each.checked)?.value;
    for (const part of depending) {
      const out = chosen !== undefined && chosen !== "unknown" && !part.dataset.onlyFor.split(" ").includes(chosen);
      part.hidden = out;
      for (const each of part.querySelectorAll("input")) each.disabled = out;
    }
  };
  for (const each of lead) each.addEventListener("change", show);
  for (const ticks of form.querySelectorAll("[data-implies]")) {
    ticks.addEventListener("change", (event) => {
      const value = lead.find((each) => each.value === ticks.dataset.implies);
      if (!value || event.target.hasAttribute("data-alone") || !event.target.checked || lead.some((each) => each.checked)) return;
      value.checked = true;
      show();
      announce(`${value.labels[0].innerText.trim()}: picked with it`);
    });
  }
  show();
}

// A paste or a drop anywhere is read: into a field only where it is more than one answer. Ctrl+Enter sends a paste.
const reading = document.querySelector("form[data-drop]");
if (reading) {
  const files = reading.querySelector("input[type=file]");
  const text = reading.querySelector("textarea");
  const typing = (target) => target.closest("input:not([type=checkbox], [type=radio], [type=file]), textarea, select");
  const read = (pasted) => {
    text.value = pasted;
    reading.requestSubmit();
  };
  text.placeholder += text.dataset.dropped;
  document.addEventListener("paste", (event) => {
    if (event.target === text) return;
    if (event.clipboardData.files.length) {
      event.preventDefault();
      files.files = event.clipboardData.files;
      reading.requestSubmit();
      return;
    }
    const pasted = event.clipboardData.getData("text");
    const several = pasted.trim().includes("\n") || pasted.length > 300;
    if (pasted.trim() && (several || !typing(event.target))) {
      event.preventDefault();
      read(pasted);
    }
  });
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    document.body.classList.add("dropping");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) document.body.classList.remove("dropping");
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    document.body.classList.remove("dropping");
    const dropped = event.dataTransfer.getData("text");
    if (event.dataTransfer.files.length) {
      files.files = event.dataTransfer.files;
      reading.requestSubmit();
    } else if (dropped.trim()) {
      read(dropped);
    }
  });
  files.addEventListener("change", () => { if (files.files.length) reading.requestSubmit(); });
  reading.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) reading.requestSubmit();
  });
}

// What is ticked off is kept in the case at once, so the button that keeps it is only for those without a script.
for (const button of document.querySelectorAll("[data-without-script]")) button.hidden = true;
const ticks = document.querySelector("form[data-ticks-kept]");
if (ticks) {
  for (const box of document.querySelectorAll("input[form=ticks][name=tick]")) {
    box.addEventListener("change", async () => {
      const kept = await fetch(ticks.action, { method: "POST", body: new FormData(ticks), keepalive: true }).catch(() => undefined);
      announce(kept && kept.ok ? "Kept" : "Not kept: load the page again");
      if (!kept || !kept.ok) box.checked = !box.checked;
    });
  }
}

// Times in the reader's own time zone.
for (const time of document.querySelectorAll("time[datetime]")) {
  const moment = new Date(time.dateTime);
  const today = moment.toDateString() === new Date().toDateString();
  time.title = time.textContent;
  time.textContent = moment.toLocaleString([], today ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" });
}
