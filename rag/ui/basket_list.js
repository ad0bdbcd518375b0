// The list of the basket: the server shows what the browser keeps, the browser moves, removes and notes.
const kept = window.tashanBasket;
const place = element.closest(".reading");
const told = (text) => (place.querySelector("#basket-said").textContent = text);
let asked = 0;
const list = () => trigger("submit", { rows: JSON.stringify(kept.read()), asked: String((asked += 1)) });
const rows = () => [...element.querySelectorAll(".piece")];

const reorder = () => {
  const order = new Map(rows().map((item, at) => [item.dataset.id, at]));
  const last = order.size; // what is not shown stays behind
  const at = (row) => order.get(row && row.id) ?? last;
  kept.write(kept.read().sort((a, b) => at(a) - at(b)), true);
};

const title = place.querySelector("#basket-title");
title.value = localStorage.getItem("tashan-basket-title") || "";
title.addEventListener("input", () => localStorage.setItem("tashan-basket-title", title.value));

const save = async (button) => {
  const format = button.dataset.format;
  told("正在导出…");
  const name = title.value.trim() || title.placeholder;
  const pieces = kept.read().filter((row) => row && typeof row === "object");
  try {
    const reply = await fetch("api/export", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ format, title: name, pieces }),
    });
    if (!reply.ok) {
      const said = await reply.json().catch(() => ({}));
      return told(`没有导出：${said.error || reply.status}${said.hint || ""}`);
    }
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await reply.blob());
    link.download = `${name}.${format}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    const changed = Number(reply.headers.get("X-Changed"));
    const skipped = Number(reply.headers.get("X-Skipped"));
    told(
      `已导出“${link.download}”。` +
        (changed ? `${changed}条引文的来源已变更，文件里已标出。` : "") +
        (skipped ? `${skipped}条存坏了，没有导出。` : ""),
    );
  } catch {
    told("没有导出：连不上他山。请看看它是否还开着，再试一次。");
  }
};

const acts = {
  export: save,
  up: (button) => {
    const item = button.closest(".piece");
    if (item.previousElementSibling) item.previousElementSibling.before(item);
    reorder();
    button.focus();
  },
  down: (button) => {
    const item = button.closest(".piece");
    if (item.nextElementSibling) item.nextElementSibling.after(item);
    reorder();
    button.focus();
  },
  remove: (button) => {
    const id = button.closest(".piece").dataset.id;
    kept.write(kept.read().filter((row) => !row || row.id !== id));
  },
  "drop-bad": () => {
    const good = new Set(rows().map((item) => item.dataset.id));
    kept.write(kept.read().filter((row) => row && good.has(row.id)));
  },
  clear: () => {
    const count = kept.read().length;
    if (count && confirm(`确定清空素材篮里的 ${count} 条素材？`)) kept.write([]);
  },
};

place.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  const act = button && acts[button.dataset.act];
  if (act) act(button);
});

element.addEventListener("input", (event) => {
  if (!event.target.matches(".note")) return;
  const id = event.target.closest(".piece").dataset.id;
  const note = event.target.value;
  kept.write(kept.read().map((row) => (row && row.id === id ? { ...row, note } : row)), true);
});

// An answer to an earlier request may come after that to the last one: ask once more.
let newest = 0;
watch("value", () => {
  const shown = Number(element.querySelector("[data-asked]")?.dataset.asked || 0);
  if (shown < newest) list();
  newest = Math.max(newest, shown);
});

const changed = (event) => {
  if (!element.isConnected) return window.removeEventListener("tashan-basket", changed);
  if (!event.detail.quietly) list();
};
window.addEventListener("tashan-basket", changed);
list();
