// Turns the text box of the query page into an editor with colours and completion. It lives in a shadow root, where its style sheets need no
// exception from the security policy; the text box stays in the form and holds the text. Tab leaves the editor, as it leaves any field.
import {autocompletion, completionKeymap, closeBrackets, closeBracketsKeymap} from "@codemirror/autocomplete";
import {defaultKeymap, history, historyKeymap} from "@codemirror/commands";
import {HighlightStyle, StreamLanguage, bracketMatching, syntaxHighlighting} from "@codemirror/language";
import {sparql} from "@codemirror/legacy-modes/mode/sparql";
import {EditorState} from "@codemirror/state";
import {EditorView, drawSelection, keymap, lineNumbers} from "@codemirror/view";
import {tags} from "@lezer/highlight";

const box = document.getElementById("query");
const form = document.getElementById("query-form");

const colours = HighlightStyle.define([
  {tag: tags.keyword, color: "#5b3fa8", fontWeight: "bold"},
  {tag: [tags.atom, tags.standard(tags.name), tags.special(tags.variableName)], color: "#083891"},
  {tag: tags.variableName, color: "#805600"},
  {tag: tags.string, color: "#1b6e2d"},
  {tag: tags.comment, color: "#58616a"},
]);
const look = EditorView.theme({
  "&": {border: "2px solid #cdd1d5", borderRadius: "12px", background: "#fff", color: "#1e2124", fontSize: "1rem"},
  "&.cm-focused": {outline: "3px solid #256ef4", outlineOffset: "2px"},
  ".cm-content": {fontFamily: "ui-monospace, D2Coding, 'Noto Sans Mono CJK KR', monospace", minHeight: "240px", padding: ".7rem 0"},
  ".cm-gutters": {background: "#f4f5f6", color: "#58616a", border: "none", borderRadius: "10px 0 0 10px"},
});

let terms;
async function complete(context) {
  const word = context.matchBefore(/[\w:가-힣-]+/);
  if (!word && !context.explicit) return null;
  terms ??= fetch(box.dataset.terms).then(answer => answer.json());
  const found = await terms;
  const options = found.terms.map(([written, name, kind]) => ({label: written, detail: name, type: kind}));
  const named = found.terms.filter(([, name]) => name).map(([written, name, kind]) => ({label: name, detail: written, apply: written, type: kind}));
  return {from: word ? word.from : context.pos, options: options.concat(named), validFor: /^[\w:가-힣-]*$/};
}

function run() {
  form.requestSubmit();
  return true;
}

if (box && form) {
  const host = document.createElement("div");
  const root = host.attachShadow({mode: "open"});
  box.after(host);
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: box.value,
      extensions: [
        lineNumbers(),
        history(),
        drawSelection(),
        bracketMatching(),
        closeBrackets(),
        autocompletion({override: [complete]}),
        StreamLanguage.define(sparql),
        syntaxHighlighting(colours),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({"aria-label": box.labels[0].textContent}),
        EditorView.updateListener.of(change => { if (change.docChanged) box.value = change.state.doc.toString(); }),
        keymap.of([{key: "Mod-Enter", run}, ...closeBracketsKeymap, ...completionKeymap, ...defaultKeymap, ...historyKeymap]),
        look,
      ],
    }),
  });
  box.hidden = true;
  box.labels[0].addEventListener("click", () => view.focus());
}
