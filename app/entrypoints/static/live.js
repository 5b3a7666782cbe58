// Says whether the page is live, ticks its countdowns, and has changes spoken once. Without it the page is complete.
"use strict";
(() => {
  const stream = document.getElementById("stream");
  const said = document.getElementById("announce");
  const root = document.documentElement.classList;
  const silence = 5000;
  let heard = 0;

  const eastern = new Intl.DateTimeFormat("en-US", {
    timeZone: "America/New_York", hour: "numeric", minute: "2-digit", second: "2-digit", timeZoneName: "short",
  });

  function hear() {
    heard = Date.now();
    root.add("is-live");
    root.remove("is-lost");
  }

  function lose() {
    if (root.contains("is-lost")) return;
    root.remove("is-live");
    root.add("is-lost");
    for (const place of document.querySelectorAll("[data-lost-at]")) place.textContent = eastern.format(new Date(heard));
    say("This page is not live.");
  }

  function say(sentence) {
    if (said && sentence && said.textContent !== sentence) said.textContent = sentence;
  }

  const units = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

  // As the server writes it: the two largest units that follow each other.
  function lasting(seconds) {
    const first = units.findIndex(([, size]) => seconds >= size);
    const words = [];
    for (const [name, size] of units.slice(first, first + 2)) {
      const count = Math.floor(seconds / size);
      seconds -= count * size;
      if (count) words.push(`${count} ${name}${count === 1 ? "" : "s"}`);
    }
    return words.join(" ");
  }

  function tick() {
    for (const place of document.querySelectorAll("[data-until]")) {
      const left = Math.floor((Date.parse(place.dataset.until) - Date.now()) / 1000);
      const words = left > 0 ? `in ${lasting(left)}` : "now";
      if (place.textContent !== words) place.textContent = words;
    }
    if (heard && !document.hidden && Date.now() - heard > silence) lose();
  }

  if (stream) {
    for (const name of ["beat", "change"]) stream.addEventListener(name, hear);
    let spoken = new Map();
    const sentences = () => new Map([...document.querySelectorAll("[data-says]")].map((one) => [one.id, one.dataset.says]));
    spoken = sentences();
    document.addEventListener("htmx:after:swap", () => {
      const present = sentences();
      for (const [part, sentence] of present) if (spoken.get(part) !== sentence) say(sentence);
      spoken = present;
    });
    document.addEventListener("visibilitychange", () => { if (!document.hidden && heard) heard = Date.now(); });
  }
  setInterval(tick, 1000);
})();
