// Comfort for the pages; each of them works without it.
"use strict";

const announcer = document.querySelector("[data-announcer]");

function announce(text) {
  announcer.textContent = "";
  requestAnimationFrame(() => { announcer.textContent = text; });
}

// Copies a command. Where the page did not come over a secure connection, browsers have only the older way.
async function copy(button) {
  const source = button.parentElement.querySelector("[data-copied]");
  let copied = false;
  try {
    await navigator.clipboard.writeText(source.textContent);
    copied = true;
  } catch {
    getSelection().selectAllChildren(source);
    copied = document.execCommand("copy");
  }
  button.textContent = copied ? "Copied" : "Press Ctrl+C";
  announce(button.textContent);
  setTimeout(() => { button.textContent = "Copy"; }, 2000);
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
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

// Files dropped on the form are chosen; Ctrl+Enter sends what was pasted.
for (const form of document.querySelectorAll("form[data-drop]")) {
  const files = form.querySelector("input[type=file]");
  form.querySelector("[data-drop-hint]").hidden = false;
  form.addEventListener("dragover", (event) => event.preventDefault());
  form.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    files.files = event.dataTransfer.files;
    form.requestSubmit();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
}

// What is ticked off on a checklist stays so in this browser.
for (const box of document.querySelectorAll("[data-done]")) {
  const key = `resolvent/${box.dataset.done}`;
  try {
    box.checked = localStorage.getItem(key) === "1";
    box.addEventListener("change", () => {
      if (box.checked) localStorage.setItem(key, "1");
      else localStorage.removeItem(key);
    });
  } catch {
    break; // A browser that keeps nothing.
  }
}

// Times in the reader's own time zone.
for (const time of document.querySelectorAll("time[datetime]")) {
  const moment = new Date(time.dateTime);
  const today = moment.toDateString() === new Date().toDateString();
  time.title = time.textContent;
  time.textContent = moment.toLocaleString([], today ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" });
}
