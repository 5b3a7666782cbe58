// What a person would miss on an open page, as sentences. One function: the tests hand it to the browser.
() => {
  const SMALLEST = 24, SMALLEST_TYPE = 12;
  const faults = [];
  const words = (one) => one.textContent.trim().replace(/\s+/g, " ").slice(0, 40);
  const name = (one) => `<${one.localName}${one.id ? "#" + one.id : ""}> "${words(one)}"`;
  const seen = (one) => one.checkVisibility({ visibilityProperty: true });
  const all = (selector) => [...document.querySelectorAll(selector)].filter(seen);

  if (!document.title.trim()) faults.push("the page has no title");
  const headings = document.querySelectorAll("h1").length;
  if (headings !== 1) faults.push(`the page has ${headings} h1`);
  const regions = document.querySelectorAll("[role=status]").length;
  if (regions !== 1) faults.push(`the page has ${regions} status regions`);

  const room = document.documentElement.clientWidth;
  const scrolls = (one) => one && one !== document.body && one !== document.documentElement &&
    (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(one).overflowX) || scrolls(one.parentElement));
  if (document.documentElement.scrollWidth > room) {
    const sticksOut = (one) => one.getBoundingClientRect().right > room + 0.5 && !scrolls(one.parentElement);
    const wide = all("body *").filter(sticksOut).slice(-3).map(name);
    faults.push(`the page scrolls sideways at ${room}, because of ${wide.join(", ") || "something"}`);
  }

  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const small = new Set();
  while (texts.nextNode()) {
    const around = texts.currentNode.parentElement;
    const isSmall = parseFloat(getComputedStyle(around).fontSize) < SMALLEST_TYPE;
    if (texts.currentNode.data.trim() && isSmall && seen(around)) small.add(around);
  }
  for (const one of small) faults.push(`the type of ${name(one)} is below ${SMALLEST_TYPE} px`);

  const focusable = all("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]");
  const look = (one) => {
    const style = getComputedStyle(one);
    const outline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    return { outline, rest: [style.boxShadow, style.borderColor, style.borderWidth, style.backgroundColor].join() };
  };
  const inSentence = (one) => getComputedStyle(one).display === "inline" &&
    [...one.parentElement.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const box = (one) => {
    const pressed = [one, ...(one.matches("[type=checkbox], [type=radio]") ? one.labels : [])];
    const boxes = pressed.map((each) => each.getBoundingClientRect());
    return [Math.max(...boxes.map((each) => each.width)), Math.max(...boxes.map((each) => each.height))];
  };
  for (const one of focusable) {
    document.activeElement.blur();
    const before = look(one);
    one.focus({ focusVisible: true });
    if (document.activeElement !== one) {
      if (one.tabIndex >= 0 && !one.disabled) faults.push(`${name(one)} cannot be given the focus`);
      continue;
    }
    const after = look(one);
    // What has the focus only because a script or a link gives it to it is no target.
    if (one.tabIndex < 0) continue;
    if (!after.outline && after.rest === before.rest) faults.push(`the focus is not to be seen on ${name(one)}`);
    const [width, height] = box(one);
    if (!inSentence(one) && Math.min(width, height) < SMALLEST - 0.01) {
      faults.push(`${name(one)} is ${width.toFixed(1)} × ${height.toFixed(1)} px, smaller than ${SMALLEST}`);
    }
  }
  document.activeElement.blur();
  scrollTo(0, 0);
  return faults;
}
