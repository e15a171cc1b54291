// The bar of present mode, and its keys: right, left, space, f for the filter, Escape to leave.
const SCREEN = '[data-testid="stMain"]';
const OPEN = '[data-testid="stExpandSidebarButton"]';
const CLOSE = '[data-testid="stSidebarCollapseButton"] button';
const OWN_KEYS = "input, textarea, select, [contenteditable=true], [role=slider], [role=combobox], [role=listbox]";

function filterIsOpen() {
  return document.querySelector(CLOSE) !== null;
}

function turnFilter() {
  const open = filterIsOpen();
  document.querySelector(open ? CLOSE : OPEN)?.click();
  if (open) document.activeElement?.blur(); // a level just chosen would keep the arrow keys for itself
}

function fillScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.().catch(() => {});
}

// What is higher than the screen is read to its end before the next block comes.
function goesOn() {
  const screen = document.querySelector(SCREEN);
  if (!screen || screen.scrollTop + screen.clientHeight >= screen.scrollHeight - 24) return false;
  screen.scrollBy({ top: 0.75 * screen.clientHeight });
  return true;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const begun = !parentElement.stage;
  parentElement.stage ??= { closed: false, place: "" };
  const { stage } = parentElement;
  const go = (way) => {
    const stays = way === "next" ? goesOn() || data.last : data.first;
    if (!stays) setTriggerValue("go", way);
  };
  const leave = () => {
    if (document.fullscreenElement) document.exitFullscreen();
    setTriggerValue("leave", true);
  };
  const actions = {
    Previous: () => go("previous"),
    Next: () => go("next"),
    Filter: turnFilter,
    "Full screen": fillScreen,
    Leave: leave,
  };
  if (begun) {
    const bar = document.createElement("nav");
    bar.setAttribute("aria-label", "Presentation");
    const place = document.createElement("span");
    place.setAttribute("role", "status");
    bar.append(place);
    for (const name of Object.keys(actions)) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = name;
      bar.append(button);
    }
    parentElement.append(bar);
    if (filterIsOpen() && window.innerWidth > 900) {
      stage.closed = true;
      turnFilter();
    }
  }
  parentElement.querySelector("[role=status]").textContent = data.place;
  for (const button of parentElement.querySelectorAll("nav button")) {
    button.onclick = actions[button.textContent];
    button.disabled = button.textContent === "Previous" && data.first;
  }
  if (stage.place !== data.place) document.querySelector(SCREEN)?.scrollTo({ top: 0 });
  stage.place = data.place;
  const press = (event) => {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
    const target = event.composedPath()[0];
    if (target instanceof Element && target.closest(OWN_KEYS)) return;
    const onButton = target instanceof Element && target.closest("button, a");
    const done = {
      ArrowRight: () => go("next"),
      ArrowLeft: () => go("previous"),
      PageDown: () => go("next"),
      PageUp: () => go("previous"),
      " ": onButton ? undefined : () => go("next"),
      f: turnFilter,
      Escape: leave,
    }[event.key];
    if (!done) return;
    event.preventDefault();
    done();
  };
  if (stage.press) document.removeEventListener("keydown", stage.press);
  stage.press = press;
  document.addEventListener("keydown", press);
  return () => {
    document.removeEventListener("keydown", press);
    if (stage.closed && !filterIsOpen()) document.querySelector(OPEN)?.click();
    stage.closed = false;
  };
}
