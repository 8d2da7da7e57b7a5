"use strict";
const at = (id) => document.getElementById(id);
let questions = [], question, answer, turn = 0, timer = 0, queue = Promise.resolve();

const marked = (each) => !each.changed && question.rubric.every(([name]) => each.marks[name]);

function element(tag, text, more = {}) {
  return Object.assign(document.createElement(tag), { textContent: text }, more);
}

function setTurn(place) {
  turn = place;
  at("last").textContent = "";
  [...at("rubric").children].forEach((box, index) => box.classList.toggle("turn", index === turn));
}

function level(place, value) {
  answer.marks[question.rubric[place][0]] = value;
  at("rubric").querySelector(`input[name=c${place}][value="${value}"]`).checked = true;
  setTurn(place + 1);
  save();
}

function showRubric() {
  const boxes = question.rubric.map(([name, texts], place) => {
    const box = document.createElement("fieldset");
    box.append(element("legend", name));
    for (const kind of ["focusin", "click"]) box.addEventListener(kind, () => setTurn(place));
    texts.forEach((text, index) => {
      const value = texts.length - index;
      const radio = Object.assign(document.createElement("input"), { type: "radio", name: `c${place}`, value });
      radio.checked = answer.marks[name] === value;
      radio.addEventListener("change", () => level(place, value));
      const label = document.createElement("label");
      label.append(radio, ` ${value}: ${text}`);
      const line = document.createElement("div");
      line.append(label);
      box.append(line);
    });
    return box;
  });
  at("rubric").replaceChildren(...boxes);
  setTurn(0);
}

function showProgress() {
  const all = question.answers, done = all.filter(marked).length;
  at("done").max = Math.max(1, all.length);
  at("done").value = done;
  at("progress").textContent = `${done} of ${all.length} marked`;
}

function show(place) {
  flush();
  const all = question.answers;
  if (!all.length) {
    answer = undefined;
    return at("answer").hidden = true;
  }
  const index = Math.min(Math.max(0, place), all.length - 1);
  answer = all[index];
  at("answer").hidden = false;
  at("which").textContent = `Answer ${index + 1} of ${all.length}` + (answer.who ? `: ${answer.who}` : "");
  at("written").textContent = answer.written;
  at("written").scrollTop = 0;
  at("changed").hidden = !answer.changed;
  at("comment").value = answer.comment;
  at("status").textContent = "";
  at("points").textContent = answer.points;
  showRubric();
  showProgress();
  history.replaceState(null, "", `#${encodeURIComponent(question.id)}/${answer.submission}`);
  at("answer").focus({ preventScroll: true });
  window.scrollTo(0, 0);
}

function open(id, submission) {
  question = questions.find((each) => each.id === id) || questions[0];
  at("question").value = question.id;
  at("prompt").textContent = question.prompt || question.title;
  const place = question.answers.findIndex((each) => String(each.submission) === submission);
  show(place >= 0 ? place : Math.max(0, question.answers.findIndex((each) => !marked(each))));
}

function save() {
  clearTimeout(timer);
  timer = 0;
  answer.comment = at("comment").value;
  const mine = answer, names = question.rubric.map(([name]) => name).filter((name) => mine.marks[name]);
  const levels = Object.fromEntries(names.map((name) => [name, mine.marks[name]]));
  const body = JSON.stringify({ submission: mine.submission, question: question.id, levels, comment: mine.comment });
  at("status").textContent = "Saving";
  queue = queue.then(async () => {
    try {
      const headers = { "Content-Type": "application/json" };
      const reply = await fetch("mark", { method: "POST", headers, body, keepalive: body.length < 60000 });
      const said = await reply.text();
      if (!reply.ok) throw new Error(said);
      Object.assign(mine, { changed: 0, points: said });
      if (mine === answer) {
        at("changed").hidden = true;
        at("points").textContent = said;
      }
      showProgress();
      at("status").textContent = "Saved";
    } catch (error) {
      at("status").textContent = `NOT SAVED: ${error.message}. Is "cstolib mark" still running? Save again.`;
    }
  });
}

function flush() {
  if (timer) save();
}

function go(step) {
  show(question.answers.indexOf(answer) + step);
}

function toUnmarked() {
  const all = question.answers, from = all.indexOf(answer) + 1;
  const next = [...all.slice(from), ...all.slice(0, from)].find((each) => !marked(each));
  if (next) show(all.indexOf(next));
  else at("status").textContent = "Every answer to this question is marked.";
}

const KEYS = { n: () => go(1), p: () => go(-1), u: toUnmarked, s: save, c: () => at("comment").focus() };

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target === at("comment")) return at("answer").focus();
  if (!at("keys").checked || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.matches("textarea, select") || !answer) return;
  if (/^[1-4]$/.test(event.key)) {
    if (turn < question.rubric.length) level(turn, Number(event.key));
    else at("last").textContent = "That was the last criterion. Choose one with Tab or the mouse to change it.";
  } else if (KEYS[event.key]) KEYS[event.key]();
  else return;
  event.preventDefault();
});

at("comment").addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(save, 500);
});
at("comment").addEventListener("blur", flush);
window.addEventListener("pagehide", flush);
at("question").addEventListener("change", () => { flush(); open(at("question").value); });
at("next").addEventListener("click", () => go(1));
at("previous").addEventListener("click", () => go(-1));
at("unmarked").addEventListener("click", toUnmarked);
at("save").addEventListener("click", save);

fetch("data").then((reply) => reply.json()).then((data) => {
  questions = data.questions;
  at("title").textContent = `Marking: ${data.title}`;
  document.title = at("title").textContent;
  at("question").replaceChildren(...questions.map((each) => element("option", each.title, { value: each.id })));
  const [id, submission] = location.hash.slice(1).split("/");
  if (questions.length) open(decodeURIComponent(id), submission);
});
