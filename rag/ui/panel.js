// A panel listens for every button beside it that carries data-act, and scrolls to the quote it shows.
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
  reply.classList.add("copying"); // without the buttons
  const answer = reply.querySelector(".answer").innerText;
  reply.classList.remove("copying");
  await copyText([asked, answer, "出处：", ...lines].join("\n"));
  button.textContent = "已复制";
  setTimeout(() => (button.textContent = "复制（含出处）"), 1500);
};

const acts = {
  open: (button) => {
    document.querySelectorAll("[data-act].current").forEach((one) => one.classList.remove("current"));
    button.classList.add("current");
    trigger("select", { report: button.dataset.report, start: button.dataset.start, end: button.dataset.end });
  },
  ask: (button) => trigger("submit", { text: button.dataset.text }),
  strike: (button) => trigger("input", { key: button.dataset.key }),
  choose: (button) => trigger("input", { key: button.dataset.key }),
  sources: () => trigger("clear", {}),
  fresh: () => trigger("delete", {}),
  copy: copyAnswer,
  find: (button) => {
    const box = element.closest(".reading").querySelector("#wanted textarea, #wanted input");
    box.value = button.dataset.text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.scrollIntoView({ block: "nearest" });
  },
  back: () => {
    const place = element.closest(".reading");
    (place.querySelector(".current") || place).scrollIntoView({ block: "center" });
  },
};

const clicked = (event) => {
  if (!element.isConnected) return document.removeEventListener("click", clicked); // the panel was made anew
  const button = event.target.closest("[data-act]");
  const place = element.closest(".reading");
  if (!button || !place || !place.contains(button)) return;
  const act = acts[button.dataset.act];
  if (act) act(button);
};
document.addEventListener("click", clicked);

watch("value", () => {
  const text = element.querySelector(".text");
  const quote = element.querySelector("mark.quoted");
  if (!quote) return text && narrow() && element.scrollIntoView();
  if (narrow()) {
    quote.scrollIntoView({ block: "center" });
  } else {
    text.scrollTop += quote.getBoundingClientRect().top - text.getBoundingClientRect().top - 80;
  }
});
