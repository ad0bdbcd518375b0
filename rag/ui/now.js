// A new question is scrolled to its top once: a long answer is read from its beginning.
let shown = 0;
watch("value", () => {
  const turn = element.querySelector(".turn");
  if (!turn) return;
  const count = document.querySelectorAll("#past .turn").length + 1;
  if (count === shown) return;
  shown = count;
  const frame = document.getElementById("conversation");
  const scrolls = frame.scrollHeight > frame.clientHeight + 4;
  if (scrolls) frame.scrollTop += turn.getBoundingClientRect().top - frame.getBoundingClientRect().top - 8;
  else turn.scrollIntoView({ block: "nearest" });
});
