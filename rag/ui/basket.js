// The basket lives in this browser's storage. Every button that carries data-act="collect" puts its pieces in.
let key = "tashan-basket"; // with the name of who is signed in, where somebody is
let name = "";
let settled = false; // whether it is known who that is
const early = []; // collected before it was
const MOST = 200;

const fresh = () => Date.now().toString(36) + Math.random().toString(36).slice(2, 10);
const same = (row) =>
  JSON.stringify((Array.isArray(row.quotes) ? row.quotes : []).map((q) => [q.report, q.start, q.end, q.column || ""]));

const read = () => {
  let rows = null;
  try {
    rows = JSON.parse(localStorage.getItem(key));
  } catch {
    rows = null; // somebody else's text under our name
  }
  return Array.isArray(rows) ? rows : [];
};

const show = () => {
  const tab = document.getElementById("basket-tab-button");
  const count = read().length;
  if (tab) tab.dataset.count = count ? ` ${count}` : "";
};

// The server's copy of who is signed in. What could not be sent is marked, and sent when the page is next opened.
let sending = 0;
let changes = 0;
const send = async () => {
  const sent = changes;
  try {
    const rows = read().filter((row) => row && typeof row === "object");
    const reply = await fetch("api/basket", {
      method: "PUT",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ rows }),
    });
    if (reply.ok && sent === changes) localStorage.removeItem(`${key}:unsent`);
  } catch {
    // the server is away: the mark stays
  }
};
const sendSoon = () => {
  if (!name) return;
  changes += 1;
  localStorage.setItem(`${key}:unsent`, "1");
  clearTimeout(sending);
  sending = setTimeout(send, 600);
};

const fetchKept = async () => {
  const reply = await fetch("api/basket").catch(() => null);
  const kept = reply && reply.ok ? await reply.json() : {};
  settled = true;
  if (!kept.name) return;
  if (early.length) write(read().filter((row) => !row || !early.some((one) => same(one) === same(row))), true);
  name = kept.name;
  key = `tashan-basket:${name}`;
  if (localStorage.getItem(`${key}:unsent`)) sendSoon();
  else if (kept.rows) localStorage.setItem(key, JSON.stringify(kept.rows));
  if (early.length) add(early);
  show();
  window.dispatchEvent(new CustomEvent("tashan-basket", { detail: { quietly: false } }));
};

// quietly: what is shown already agrees with what is kept
const write = (rows, quietly) => {
  try {
    localStorage.setItem(key, JSON.stringify(rows));
  } catch {
    return false; // the browser's room is full, or it keeps nothing
  }
  show();
  sendSoon();
  window.dispatchEvent(new CustomEvent("tashan-basket", { detail: { quietly: Boolean(quietly) } }));
  return true;
};

const add = (pieces) => {
  const rows = read();
  const there = new Set(rows.filter((row) => row && typeof row === "object").map(same));
  const more = pieces.filter((piece) => !there.has(same(piece)));
  if (!more.length) return "已在篮中";
  if (!settled) early.push(...more);
  if (rows.length + more.length > MOST) return `最多${MOST}条`;
  return write([...rows, ...more.map((piece) => ({ ...piece, id: fresh() }))]) ? "已收入" : "没能存下";
};

window.tashanBasket = { read, write };

const tell = (button, text) => {
  button.dataset.label ??= button.textContent;
  button.textContent = text;
  clearTimeout(button.telling);
  button.telling = setTimeout(() => (button.textContent = button.dataset.label), 1800);
};

const clicked = (event) => {
  if (!element.isConnected) return document.removeEventListener("click", clicked); // the page was made anew
  const button = event.target.closest("[data-act]");
  if (!button) return;
  if (button.dataset.act === "collect") tell(button, add(JSON.parse(button.dataset.pieces)));
  if (button.dataset.act === "collect-picked") {
    const picked = [...document.querySelectorAll("#comparison .pick:checked")];
    tell(button, picked.length ? add(picked.flatMap((box) => JSON.parse(box.dataset.pieces))) : "请先勾选");
  }
  if (button.dataset.act === "pick-all") {
    const boxes = [...document.querySelectorAll("#comparison .pick")];
    const all = boxes.every((box) => box.checked);
    boxes.forEach((box) => (box.checked = !all));
  }
};
document.addEventListener("click", clicked);
window.addEventListener("storage", (event) => {
  if (event.key !== key) return; // another window of this browser
  show();
  window.dispatchEvent(new CustomEvent("tashan-basket", { detail: { quietly: false } }));
});
show();
fetchKept();
