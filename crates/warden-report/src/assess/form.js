"use strict";
(() => {
  const form = document.getElementById("form");
  const told = document.getElementById("told");
  const questions = Array.from(form.querySelectorAll("fieldset[data-question]"));
  const evidence = new Map(questions.map((one) => [one, []]));

  const say = (text) => { told.textContent = text; };
  const part = (question, name) => question.querySelector(`[data-is="${name}"]`);
  const text = (element) => (element ? element.value.trim() : "");
  const hex = (bytes) =>
    Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");

  /* What is named stays named when more files are chosen; a button takes one out again. */
  const show = (question) => {
    const list = part(question, "files");
    list.replaceChildren();
    evidence.get(question).forEach((file, at) => {
      const item = document.createElement("li");
      const drop = document.createElement("button");
      item.textContent = `${file.name}, ${file.size} bytes, ${file.digest} `;
      drop.type = "button";
      drop.textContent = `Take out ${file.name}`;
      drop.addEventListener("click", () => {
        evidence.get(question).splice(at, 1);
        show(question);
        part(question, "choose").focus();
      });
      item.append(drop);
      list.append(item);
    });
  };

  const choose = async (question, input) => {
    for (const file of Array.from(input.files)) {
      say(`Reading ${file.name}`);
      const digest = "sha256:" + hex(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
      const known = evidence.get(question);
      if (!known.some((other) => other.digest === digest)) {
        known.push({ name: file.name, digest, size: file.size });
      }
      say(`${file.name} is named as evidence. Send the file itself beside the answers.`);
    }
    input.value = "";
    show(question);
  };

  const items = (question) => {
    const found = [];
    for (const input of question.querySelectorAll("[data-item]")) {
      if (input.type === "checkbox") {
        if (input.checked) found.push(input.dataset.item);
        continue;
      }
      const values = "many" in input.dataset ? input.value.split(/[\n,;]/) : [input.value];
      for (const value of values.map((one) => one.trim()).filter((one) => one)) {
        found.push(input.dataset.item + value);
      }
    }
    return found;
  };

  const answer = (question) => {
    const found = {
      question: question.dataset.question,
      state: question.querySelector("input[type=radio]:checked").value,
      text: text(part(question, "text")),
      items: items(question),
      evidence: evidence.get(question),
    };
    for (const name of ["dated", "expires"]) {
      if (text(part(question, name))) found[name] = text(part(question, name));
    }
    return found;
  };

  const collect = () => {
    const about = {};
    for (const name of ["id", "set", "questions", "server", "version"]) {
      if (form.dataset[name]) about[name] = form.dataset[name];
    }
    return {
      version: 1,
      form: about,
      by: { name: text(form.elements.name), contact: text(form.elements.contact) },
      at: new Date().toISOString().slice(0, 10),
      answers: questions.map(answer),
    };
  };

  /* What would be refused is said now; it can be saved all the same, to go on later. */
  const open = (all) => {
    const missing = all.answers.filter((one) => one.state === "yes" && one.evidence.length === 0);
    const undated = all.answers.filter(
      (one) => one.state === "yes" && one.evidence.length && !one.dated &&
        questions.some((q) => q.dataset.question === one.question && "dated" in q.dataset));
    const names = (list) => list.map((one) => one.question).join(", ");
    const parts = [];
    if (!all.by.name || !all.by.contact) parts.push("nobody is named who answers");
    if (missing.length) parts.push(`a yes without evidence: ${names(missing)}`);
    if (undated.length) parts.push(`no day of the evidence: ${names(undated)}`);
    return parts.length ? ` Still open: ${parts.join("; ")}.` : "";
  };

  const save = () => {
    const all = collect();
    const bytes = new Blob([JSON.stringify(all, null, 1) + "\n"], { type: "application/json" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(bytes);
    link.download = "answers.json";
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    say("Saved as answers.json." + open(all));
  };

  const fill = (question, saved) => {
    const is = (radio) => radio.value === saved.state;
    const radio = Array.from(question.querySelectorAll("input[type=radio]")).find(is);
    if (radio) radio.checked = true;
    part(question, "text").value = saved.text || "";
    part(question, "dated").value = saved.dated || "";
    part(question, "expires").value = saved.expires || "";
    const inputs = Array.from(question.querySelectorAll("[data-item]"));
    for (const input of inputs) {
      if (input.type === "checkbox") {
        input.checked = (saved.items || []).includes(input.dataset.item);
        continue;
      }
      const own = (saved.items || []).filter((one) => one.startsWith(input.dataset.item));
      const mark = input.type === "textarea" ? "\n" : ", ";
      input.value = own.map((one) => one.slice(input.dataset.item.length)).join(mark);
    }
    evidence.set(question, Array.from(saved.evidence || []));
    show(question);
  };

  const load = async (input) => {
    try {
      const saved = JSON.parse(await input.files[0].text());
      if (saved.form.id !== form.dataset.id) throw new Error("they are of another form");
      form.elements.name.value = saved.by.name || "";
      form.elements.contact.value = saved.by.contact || "";
      for (const question of questions) {
        const own = saved.answers.find((one) => one.question === question.dataset.question);
        if (own) fill(question, own);
      }
      say("The saved answers are in the form again.");
    } catch (error) {
      say(`These answers cannot be loaded: ${error.message}`);
    }
  };

  for (const question of questions) {
    const input = part(question, "choose");
    input.addEventListener("change", () => choose(question, input));
  }
  const saved = document.getElementById("load");
  saved.addEventListener("change", () => load(saved));
  document.getElementById("print").addEventListener("click", () => window.print());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save();
  });
})();
