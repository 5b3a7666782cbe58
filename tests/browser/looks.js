// What a person would miss on an open page, as sentences. One function: the tests hand it to the browser.
() => {
  const SMALLEST = 24, SMALLEST_TYPE = 12;
  const faults = [];
  const name = (one) => `<${one.localName}${one.id ? "#" + one.id : ""}> "${one.textContent.trim().replace(/\s+/g, " ").slice(0, 40)}"`;
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
    const wide = all("body *").filter((one) => one.getBoundingClientRect().right > room + 0.5 && !scrolls(one.parentElement));
    faults.push(`the page scrolls sideways at ${room}, because of ${wide.slice(-3).map(name).join(", ") || "something"}`);
  }

  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const small = new Set();
  while (texts.nextNode()) {
    const around = texts.currentNode.parentElement;
    if (texts.currentNode.data.trim() && seen(around) && parseFloat(getComputedStyle(around).fontSize) < SMALLEST_TYPE) small.add(around);
  }
  for (const one of small) faults.push(`the type of ${name(one)} is below ${SMALLEST_TYPE} px`);

  const focusable = all("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]");
  const look = (one) => {
    const { outlineStyle, outlineWidth, boxShadow, borderColor, borderWidth, backgroundColor } = getComputedStyle(one);
    return { outline: outlineStyle !== "none" && parseFloat(outlineWidth) > 0, rest: [boxShadow, borderColor, borderWidth, backgroundColor].join() };
  };
  const inSentence = (one) => getComputedStyle(one).display === "inline" &&
    [...one.parentElement.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const box = (one) => {
    const rests = [one, ...(one.matches("input[type=checkbox], input[type=radio]") ? one.labels : [])].map((each) => each.getBoundingClientRect());
    return [Math.max(...rests.map((rest) => rest.width)), Math.max(...rests.map((rest) => rest.height))];
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
    if (one.tabIndex >= 0 && !after.outline && after.rest === before.rest) faults.push(`the focus is not to be seen on ${name(one)}`);
    const [width, height] = box(one);
    if (one.tabIndex >= 0 && !inSentence(one) && Math.min(width, height) < SMALLEST - 0.01) {
      faults.push(`${name(one)} is ${width.toFixed(1)} × ${height.toFixed(1)} px, smaller than ${SMALLEST}`);
    }
  }
  document.activeElement.blur();
  scrollTo(0, 0);
  return faults;
}
