// What the page does better with a script; everything here works without one, too.
"use strict";

// Live clusters: the server sends finished cards, escaped by the same templates as the page.
const live = document.querySelector("[data-live]");
if (live && window.EventSource) {
  const cards = document.getElementById("cluster-cards");
  const status = live.querySelector("[role=status]");
  const button = live.querySelector("button");
  let stream = null;
  let paused = false;

  const take = (event) => {
    let fresh = 0;
    for (const { id, revision, html } of JSON.parse(event.data)) {
      const old = cards.querySelector(`[data-cluster="${CSS.escape(id)}"]`);
      if (old && Number(old.dataset.revision) >= revision) continue;
      const holder = document.createElement("template");
      holder.innerHTML = html.trim();
      const card = holder.content.querySelector("article");
      const focused = old && old.contains(document.activeElement);
      if (old) old.remove();
      card.classList.add("fresh");
      cards.prepend(card);
      if (focused) card.querySelector("a").focus();
      fresh += 1;
    }
    const empty = cards.querySelector(".empty");
    if (fresh && empty) empty.remove();
    while (cards.children.length > 60) cards.lastElementChild.remove();
    if (fresh) status.textContent = fresh === 1 ? "Live: one cluster is new or grew." : `Live: ${fresh} clusters are new or grew.`;
  };
  const listen = () => {
    stream = new EventSource(live.dataset.live);
    stream.addEventListener("clusters", take);
  };
  const quiet = () => { if (stream) stream.close(); stream = null; };

  button.addEventListener("click", () => {
    paused = !paused;
    live.classList.toggle("paused", paused);
    button.textContent = paused ? "Go on" : "Pause";
    status.textContent = paused ? "Paused." : "Live: new ones appear by themselves.";
    if (paused) quiet(); else listen();
  });
  // a page that nobody sees needs no stream; browsers allow few of them at once
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) quiet(); else if (!paused && !stream) listen();
  });
  addEventListener("pagehide", quiet);
  addEventListener("pageshow", (event) => { if (event.persisted && !paused && !stream) listen(); });
  live.hidden = false;
  if (!document.hidden) listen();
}

// The slider tells its day while it moves, and shows it when let go.
const slider = document.querySelector(".asof-form input[type=range]");
if (slider) {
  const told = slider.form.querySelector("output");
  const first = Date.parse(told.dataset.first);
  slider.addEventListener("input", () => {
    const day = new Date(first + slider.valueAsNumber * 86400000).toISOString().slice(0, 10);
    told.value = day;
    slider.setAttribute("aria-valuetext", day);
  });
  slider.addEventListener("pointerup", () => setTimeout(() => slider.form.requestSubmit(), 0));
}

// A saved link is ready to copy as soon as it is reached.
for (const link of document.querySelectorAll("input.link")) link.addEventListener("focus", () => link.select());
