// A button that copies: the address of the page, a text, or tables as Word and PowerPoint paste them. Cells become
// text nodes.
const LOCAL = ["localhost", "127.0.0.1", "[::1]"].includes(window.location.hostname);
const SAID = { link: LOCAL ? "Link copied: for this computer only" : "Link copied", text: "Text copied", table: "Table copied" };

function cell(tag, text, style, span) {
  const element = document.createElement(tag);
  element.textContent = text;
  element.setAttribute("style", style);
  if (span > 1) element.setAttribute("colspan", String(span));
  return element;
}

function row(cells) {
  const element = document.createElement("tr");
  element.append(...cells);
  return element;
}

const LINE = "1px solid #000000";
const CELL = "padding:2px 8px;font-family:Arial,sans-serif;font-size:9pt;color:#000000;text-align:";

function drawn({ title, spanners, columns, numbers, rows, notes }) {
  const table = document.createElement("table");
  table.setAttribute("style", `border-collapse:collapse;border-top:${LINE};border-bottom:${LINE}`);
  const head = document.createElement("thead");
  const body = document.createElement("tbody");
  const side = (place) => (numbers[place] ? "right" : "left");
  if (spanners.length) head.append(row(spanners.map(([text, span]) => cell("th", text, `${CELL}center`, span))));
  head.append(row(columns.map((text, place) => cell("th", text, `${CELL}${side(place)};border-bottom:${LINE}`))));
  for (const { kind, cells } of rows) {
    const indent = kind === "within" ? ";padding-left:20px" : "";
    body.append(row(cells.map((text, place) => cell("td", text, `${CELL}${side(place)}${place ? "" : indent}`))));
  }
  table.append(head, body);
  const paragraph = (text, style) => cell("p", text, `font-family:Arial,sans-serif;color:#000000;${style}`);
  const all = document.createElement("div");
  all.append(paragraph(title, "font-size:10pt;font-weight:bold"), table);
  all.append(...notes.map((note) => paragraph(note, "font-size:8pt;margin:2px 0")));
  return all;
}

function plain({ title, columns, rows, notes }) {
  const lines = [columns, ...rows.map(({ cells }) => cells)].map((cells) => cells.join("\t"));
  return [title, ...lines, ...notes].join("\n");
}

// Over plain http a browser has no clipboard to write to; what is selected can be copied even so.
function copySelected(element) {
  element.style.cssText += ";position:fixed;left:-10000px;top:0;background:#ffffff";
  document.body.append(element);
  const range = document.createRange();
  range.selectNodeContents(element);
  const selection = window.getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
  const done = document.execCommand("copy");
  selection.removeAllRanges();
  element.remove();
  return done;
}

async function copy(element, text, rich) {
  try {
    const kinds = { "text/plain": new Blob([text], { type: "text/plain" }) };
    if (rich) kinds["text/html"] = new Blob([new XMLSerializer().serializeToString(element)], { type: "text/html" });
    await navigator.clipboard.write([new ClipboardItem(kinds)]);
    return true;
  } catch {
    return copySelected(element);
  }
}

function address({ said, without }) {
  const whole = new URL(window.location.href);
  for (const [name, value] of Object.entries(said)) whole.searchParams.set(name, value);
  for (const name of without) whole.searchParams.delete(name);
  return whole.href;
}

export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button") ?? document.createElement("button");
  button.type = "button";
  button.textContent = data.label;
  const told = parentElement.querySelector("[role=status]") ?? document.createElement("span");
  told.setAttribute("role", "status");
  button.onclick = async () => {
    const whole = document.createElement("div");
    const kind = data.tables ? "table" : data.text ? "text" : "link";
    const text = data.tables ? data.tables.map(plain).join("\n\n") : (data.text ?? address(data));
    whole.style.whiteSpace = data.tables ? "normal" : "pre-wrap"; // a text keeps its paragraphs
    if (data.tables) whole.append(...data.tables.map(drawn));
    else whole.textContent = text;
    const done = await copy(whole, text, Boolean(data.tables));
    told.textContent = done ? SAID[kind] : "The browser did not allow it";
    setTimeout(() => (told.textContent = ""), 4000);
  };
  if (!button.isConnected) parentElement.append(button, told);
}
