// Ratings: which answer a button belongs to is its place in the conversation.
const turnsShown = () => [...document.querySelectorAll("#conversation .turn")];

const send = (turn, rating, reason) => {
  trigger("like", { turn: String(turnsShown().indexOf(turn)), rating, reason });
};

const press = (button, on) => button.setAttribute("aria-pressed", String(on));

const rates = {
  up: (turn) => {
    turn.querySelector(".why").hidden = true;
    send(turn, "up", "");
  },
  down: (turn) => {
    const why = turn.querySelector(".why");
    why.hidden = !why.hidden;
    if (!why.hidden) why.querySelector("input").focus();
  },
  reason: (turn, button) => press(button, button.getAttribute("aria-pressed") !== "true"),
  send: (turn) => {
    const why = turn.querySelector(".why");
    const chosen = [...why.querySelectorAll("[aria-pressed=true]")].map((one) => one.textContent);
    const own = why.querySelector("input").value.trim();
    send(turn, "down", [...chosen, ...(own ? [own] : [])].join("；"));
    why.hidden = true;
  },
};

const pressed = (event) => {
  if (!element.isConnected) return document.removeEventListener("click", pressed);
  const button = event.target.closest("[data-rate]");
  const turn = button && button.closest("#conversation .turn");
  if (turn && rates[button.dataset.rate]) rates[button.dataset.rate](turn, button);
};
document.addEventListener("click", pressed);
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && element.isConnected && event.target.closest("#conversation .why input")) {
    rates.send(event.target.closest(".turn"));
  }
});

watch("value", () => {
  const told = element.querySelector("[data-turn]");
  const turn = told && turnsShown()[Number(told.dataset.turn)];
  if (!turn) return;
  turn.querySelector(".rated").textContent = told.textContent;
  turn.querySelectorAll("[data-rate=up], [data-rate=down]").forEach((one) => {
    press(one, one.dataset.rate === told.dataset.rating);
  });
});
