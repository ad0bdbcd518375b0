// The panel listens for every button of the page that carries data-act, and scrolls to the quote it shows.
const narrow = () => window.matchMedia("(max-width: 860px)").matches;

const copyText = async (text) => {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea"); // plain http on a county's network has no clipboard
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
};

const copyAnswer = async (button) => {
  const reply = button.closest(".reply");
  const lines = [...reply.querySelectorAll(".copy-sources li")].map((item) => item.textContent);
  const asked = button.closest(".turn").querySelector(".asked").textContent;
  await copyText([asked, reply.querySelector(".answer").innerText, "出处：", ...lines].join("\n"));
  button.textContent = "已复制";
  setTimeout(() => (button.textContent = "复制（含出处）"), 1500);
};

const acts = {
  open: (button) => {
    document.querySelectorAll(".cite.current").forEach((one) => one.classList.remove("current"));
    button.classList.add("current");
    trigger("select", { report: button.dataset.report, start: button.dataset.start, end: button.dataset.end });
  },
  ask: (button) => trigger("submit", { text: button.dataset.text }),
  strike: (button) => trigger("input", { key: button.dataset.key }),
  sources: () => trigger("clear", {}),
  copy: copyAnswer,
  back: () => (document.querySelector("#talk .cite.current") || document.querySelector("#now")).scrollIntoView({ block: "center" }),
};

if (window.tashanClicks) document.removeEventListener("click", window.tashanClicks);
window.tashanClicks = (event) => {
  const button = event.target.closest("[data-act]");
  const act = button && acts[button.dataset.act];
  if (act) act(button);
};
document.addEventListener("click", window.tashanClicks);

watch("value", () => {
  const quote = element.querySelector("mark.quoted");
  if (!quote) return;
  const text = element.querySelector(".text");
  if (narrow()) {
    quote.scrollIntoView({ block: "center" });
  } else {
    text.scrollTop += quote.getBoundingClientRect().top - text.getBoundingClientRect().top - 80;
  }
});
