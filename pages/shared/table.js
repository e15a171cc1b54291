// Draws a table from its cells. Every cell becomes a text node: nothing in a cohort's file can become markup.
export default function ({ data, parentElement }) {
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
  const kind = (place) => (data.numbers[place] ? "number" : "");
  const head = document.createElement("thead");
  if (data.spanners.length)
    head.append(
      line(data.spanners.map(([text, span]) => headed(text, { class: "over", colspan: span, scope: "colgroup" }))),
    );
  head.append(line(data.columns.map((text, place) => headed(text, { class: kind(place), scope: "col" }))));
  const body = document.createElement("tbody");
  for (const { kind: first, cells } of data.rows)
    body.append(
      line(
        cells.map((text, place) =>
          place ? make("td", text, { class: kind(place) }) : make("th", text, { class: first, scope: "row" }),
        ),
      ),
    );
  const table = document.createElement("table");
  table.append(head, body);
  const frame = make("div", "", { class: "prrt-table", tabindex: "0", role: "region", "aria-label": data.title });
  frame.append(table);
  parentElement.querySelector(".prrt-table")?.remove();
  parentElement.append(frame);
}
