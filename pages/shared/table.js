// Draws a table from its cells. Every cell becomes a text node: nothing in a cohort's file can become markup.
// Where rows have keys, a click on one (or on the button that its name is) picks it.
export default function ({ data: { table: data }, parentElement, setStateValue }) {
  const make = (tag, text, attributes = {}) => {
    const element = document.createElement(tag);
    element.textContent = text;
    for (const [name, value] of Object.entries(attributes)) if (value) element.setAttribute(name, value);
    return element;
  };
  const line = (cells) => {
    const row = document.createElement("tr");
    row.append(...cells);
    return row;
  };
  const headed = (text, attributes) => make(text ? "th" : "td", text, text ? attributes : { colspan: attributes.colspan });
  const kind = (place, text = "") => (data.numbers[place] ? "number" : text.length > 48 ? "long" : "");
  const head = document.createElement("thead");
  if (data.spanners.length)
    head.append(
      line(data.spanners.map(([text, span]) => headed(text, { class: "over", colspan: span, scope: "colgroup" }))),
    );
  head.append(line(data.columns.map((text, place) => headed(text, { class: kind(place), scope: "col" }))));
  const body = document.createElement("tbody");
  const choose = (row, name, key) => {
    const button = make("button", name.textContent, { type: "button", "data-key": key, "aria-pressed": "false" });
    name.replaceChildren(button);
    row.className = "pick";
    row.addEventListener("click", () => {
      parentElement.picked = parentElement.picked === key ? "" : key;
      mark();
      setStateValue("picked", parentElement.picked);
    });
  };
  const mark = () => {
    for (const button of body.querySelectorAll("button"))
      button.setAttribute("aria-pressed", String(button.dataset.key === parentElement.picked));
  };
  data.rows.forEach(({ kind: first, cells }, number) => {
    const row = line(
      cells.map((text, place) =>
        place ? make("td", text, { class: kind(place, text) }) : make("th", text, { class: first, scope: "row" }),
      ),
    );
    if (data.keys?.[number]) choose(row, row.firstChild, data.keys[number]);
    body.append(row);
  });
  mark();
  const table = document.createElement("table");
  table.append(head, body);
  const frame = make("div", "", { class: "prrt-table", tabindex: "0", role: "region", "aria-label": data.title });
  frame.append(table);
  const old = parentElement.querySelector(".prrt-table");
  const focused = old?.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  old?.remove();
  parentElement.append(frame);
  if (focused) body.querySelector(`button[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}
