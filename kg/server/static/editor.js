// Put YASQE in place of the text area. Without scripts the text area does the same work.
"use strict";

const area = document.getElementById("query");
const prefixes = JSON.parse(area.dataset.prefixes);

// Completes the project's prefixes, and asks no other site for more.
window.Yasqe.Autocompleters.prefixes.get = () =>
  Promise.resolve(Object.entries(prefixes).map(([name, iri]) => `${name}: <${iri}>`));

const holder = document.createElement("div");
area.after(holder);
const editor = new window.Yasqe(holder, {
  value: area.value,
  autocompleters: ["prefixes", "variables"],
  prefixCcApi: null,
  persistenceId: null,
  createShareableLink: null,
  consumeShareLink: null,
  showQueryButton: false,
  editorHeight: "32rem",
  screenReaderLabel: "SPARQL",
  inputStyle: "contenteditable",
  extraKeys: { "Ctrl-Enter": run, "Cmd-Enter": run, Tab: false, "Shift-Tab": false },
});
area.hidden = true;
area.form.addEventListener("submit", () => { area.value = editor.getValue(); });

function run() {
  area.form.requestSubmit(area.form.querySelector("button[value=html]"));
}
