// Zooms and moves a picture of the network, lights up what a node is linked with, saves PNG. Pages are whole without it.
"use strict";

const KEPT = ["fill", "stroke", "stroke-width", "stroke-dasharray", "paint-order", "text-anchor", "font-family", "font-size", "font-weight"];
const dressed = (part) => {
  const copy = part.cloneNode(true);
  const copies = [copy, ...copy.querySelectorAll("*")];
  [part, ...part.querySelectorAll("*")].forEach((from, at) => {
    const look = getComputedStyle(from);
    for (const name of KEPT) copies[at].setAttribute(name, look.getPropertyValue(name));
  });
  return copy;
};

for (const box of document.querySelectorAll(".net__box[data-tools]")) {
  const svg = box.querySelector("svg");
  const whole = svg.getAttribute("viewBox");
  const [, , width, height] = whole.split(" ").map(Number);
  let [zoom, x, y] = [1, width / 2, height / 2];

  const show = (by, right = 0, down = 0) => {
    zoom = Math.min(6, Math.max(1, zoom * by));
    const [w, h] = [width / zoom, height / zoom];
    x = Math.min(width - w / 2, Math.max(w / 2, x + (right * w) / 4));
    y = Math.min(height - h / 2, Math.max(h / 2, y + (down * h) / 4));
    svg.setAttribute("viewBox", `${x - w / 2} ${y - h / 2} ${w} ${h}`);
  };

  const save = () => {
    const copy = dressed(svg);
    copy.prepend(...[...document.querySelectorAll(".net__symbols > g")].map((group) => {
      const defs = document.createElementNS(svg.namespaceURI, "defs");
      defs.append(dressed(group));
      return defs;
    }));
    copy.setAttribute("viewBox", whole);
    const image = new Image();
    image.onload = () => {
      const canvas = Object.assign(document.createElement("canvas"), { width: width * 2, height: height * 2 });
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(image, 0, 0, canvas.width, canvas.height);
      Object.assign(document.createElement("a"), { href: canvas.toDataURL(), download: `${document.title}.png` }).click();
    };
    image.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  };

  const acts = {
    "+": () => show(1.5), "-": () => show(1 / 1.5), ArrowLeft: () => show(1, -1), ArrowRight: () => show(1, 1),
    ArrowUp: () => show(1, 0, -1), ArrowDown: () => show(1, 0, 1), 0: () => show(0), png: save,
  };
  const tools = document.createElement("p");
  tools.className = "net__tools";
  box.dataset.tools.split("|").forEach((label, at) => {
    if (!label) return;
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: label, className: "button--quiet" });
    button.onclick = acts[["+", "-", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", 0, "png"][at]];
    tools.append(button);
  });
  box.before(tools);
  box.addEventListener("keydown", (event) => {
    const act = acts[event.key === "=" ? "+" : event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey || (zoom === 1 && event.key.startsWith("Arrow"))) return;
    event.preventDefault();
    act();
  });

  const place = (node) => ["x", "y"].map((name) => node.querySelector("use").getAttribute(name));
  const nodes = new Map([...svg.querySelectorAll("a")].map((node) => [place(node).join(" "), node]));
  const lines = [...svg.querySelectorAll(".net__line")];
  const strokes = lines.flatMap((line) => line.getAttribute("d").split("M").slice(1));
  const lit = lines.length ? lines[0].cloneNode() : document.createElementNS(svg.namespaceURI, "path");
  const light = (node) => {
    const at = node && place(node).join(" ");
    const own = strokes.filter((stroke) => [stroke.split("L")[0], stroke.split("L").pop()].includes(at));
    lit.setAttribute("class", "net__line net__line--lit");
    lit.setAttribute("d", own.map((stroke) => `M${stroke}`).join(""));
    const near = new Set(own.flatMap((stroke) => [stroke.split("L")[0], stroke.split("L").pop()]));
    for (const [key, other] of nodes) other.classList.toggle("net__near", near.has(key));
  };
  svg.querySelector("a").before(lit);
  light();
  // On the box: browsers stop the tab key at a picture that listens itself.
  box.addEventListener("mouseover", (event) => light(event.target.closest("a")));
  box.addEventListener("mouseleave", () => light());
  box.addEventListener("focusout", () => light());
  box.addEventListener("focusin", (event) => {
    const node = event.target.closest("a");
    light(node);
    // A node that the pointer took must stay under it.
    if (!node?.matches(":focus-visible")) return;
    [x, y] = place(node).map(Number);
    show(1);
  });
}
