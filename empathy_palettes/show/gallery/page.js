"use strict";
// Loops play while they are in sight, unless their visitor has asked for less motion or paused them.
// Without this script, the pictures stand still and a link leads to each loop.
(() => {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const all = document.getElementById("all");
  const figures = [...document.querySelectorAll(".wall figure")].map((figure) => ({
    figure,
    video: figure.querySelector("video"),
    button: figure.querySelector("button"),
    near: false,
    wish: null, // what its own button says: true play, false pause, null as all the others
  }));
  if (!figures.length || !figures[0].video.canPlayType('video/webm; codecs="av01.0.00M.10"')) return;
  let playing = !still.matches;

  const wanted = (one) => one.wish ?? playing;
  const show = (one) => {
    const play = wanted(one);
    one.button.textContent = play ? "Pause" : "Play";
    one.button.setAttribute("aria-label", `${play ? "Pause" : "Play"} ${one.button.dataset.of}`);
    if (play && one.near) {
      one.video.hidden = false;
      one.video.play().catch(() => {});
    } else one.video.pause();
  };
  const showAll = () => {
    all.textContent = playing ? "Pause all" : "Play all";
    figures.forEach(show);
  };

  const sight = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      const one = figures.find((each) => each.figure === entry.target);
      one.near = entry.isIntersecting;
      show(one);
    }
  });
  for (const one of figures) {
    one.button.hidden = false;
    one.figure.querySelector("figcaption a").hidden = true;
    one.video.addEventListener("playing", () => one.video.classList.add("on"));
    one.button.addEventListener("click", () => {
      one.wish = !wanted(one);
      show(one);
    });
    sight.observe(one.figure);
  }
  all.addEventListener("click", () => {
    playing = !playing;
    for (const one of figures) one.wish = null;
    showAll();
  });
  still.addEventListener("change", () => {
    playing = !still.matches;
    for (const one of figures) one.wish = null;
    showAll();
  });
  all.hidden = false;
  showAll();
})();
