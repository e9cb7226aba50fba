// Names as one types, in a box that works without this: the form is sent as it is. Follows the combobox pattern of the WAI-ARIA practices.
"use strict";

for (const box of document.querySelectorAll("input[data-suggest]")) {
  const list = document.createElement("ul");
  list.id = `${box.id}-names`;
  list.className = "names";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", box.dataset.label);
  list.hidden = true;
  box.closest(".ask__row").append(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) {
    box.setAttribute(name, value);
  }

  let kinds = new Map();
  let timer = 0;
  let latest = 0;
  let chosen = -1;

  const close = () => {
    list.hidden = true;
    chosen = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  };

  const choose = (at) => {
    const options = list.children;
    chosen = options.length ? (at + options.length) % options.length : -1;
    for (const [number, option] of [...options].entries()) {
      option.setAttribute("aria-selected", String(number === chosen));
    }
    if (chosen >= 0) {
      box.setAttribute("aria-activedescendant", options[chosen].id);
      options[chosen].scrollIntoView({ block: "nearest" });
    }
  };

  const show = (names) => {
    list.replaceChildren(
      ...names.map((one, number) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${number}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.url = box.dataset.things + one.id.slice(box.dataset.base.length);
        const name = document.createElement("span");
        name.textContent = one.name;
        const kind = document.createElement("span");
        kind.className = "badge";
        kind.dataset.kind = one.type;
        kind.textContent = kinds.get(one.type) ?? "";
        option.append(kind, " ", name);
        return option;
      }),
    );
    chosen = -1;
    list.hidden = names.length === 0;
    box.setAttribute("aria-expanded", String(names.length > 0));
    box.removeAttribute("aria-activedescendant");
  };

  const ask = async () => {
    const turn = ++latest;
    const text = box.value.trim();
    if (!text) {
      close();
      return;
    }
    try {
      if (!kinds.size) {
        const label = document.documentElement.lang === "ko" ? "label" : "labelEn";
        const types = await (await fetch(box.dataset.types)).json();
        kinds = new Map(types.types.map((one) => [one.type, one[label]]));
      }
      // What one is typing may be about oneself, so it is sent in a body and not in an address.
      const answer = await fetch(`${box.dataset.suggest}?limit=8`, { method: "POST", body: new URLSearchParams({ q: text }) });
      const found = answer.ok ? (await answer.json()).suggestions : [];
      if (turn === latest && document.activeElement === box) show(found);
    } catch {
      close();
    }
  };

  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 120);
  });
  box.addEventListener("keydown", (event) => {
    if (event.isComposing || list.hidden) return;
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen < 0 ? -1 : chosen - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && chosen >= 0) location.assign(list.children[chosen].dataset.url);
    else return;
    event.preventDefault();
  });
  list.addEventListener("pointerdown", (event) => {
    const option = event.target.closest("[role=option]");
    if (!option) return;
    event.preventDefault();
    location.assign(option.dataset.url);
  });
  box.addEventListener("blur", close);
}
