// What happens to alerts while the desk is open: told in words, never by moving a row under the reader. New alerts are counted
// and loaded when the reader wants them; of rows that are shown, the level changes where it stands.

import { t } from "./words.js";

const region = document.getElementById("live");
const part = (name) => document.getElementById(`live-${name}`);
const [said, lost, news, load] = ["said", "lost", "news", "load"].map(part);
const rows = new Map([...document.querySelectorAll("[data-alert]")].map((row) => [row.dataset.alert, row]));
const me = region.dataset.me;
const title = document.title;

const LEVELS = { urgent: ["▲", "Khẩn"], alert: ["◆", "Cảnh báo"], watch: ["●", "Theo dõi"], none: ["○", "Không"] };
const STATUS = {
  new: "Mới, cần kiểm chứng", acknowledged: "Đã tiếp nhận", verifying: "Đang kiểm chứng", confirm_pending: "Chờ xác nhận lần hai",
  confirmed: "Kết luận: tin sai sự thật", dismissed: "Bỏ qua", responded: "Đã phản hồi", closed: "Đã đóng", expired: "Hết hạn",
};
// What is told of a shown row, and what only marks it.
const HAPPENED = {
  opened: "", new_wave: "có đợt lan truyền mới", reopened: "được mở lại", escalated: "", grew: "", answered: "có tin phản hồi, bác bỏ",
  joined: "", deadline_near: "sắp đến hạn trả lời", overdue: "đã quá hạn trả lời", expired: "hết hạn vì không được xem xét",
  acknowledged: "đã được tiếp nhận", assigned: "đã được giao", verifying: "đang được kiểm chứng", proposed: "chờ xác nhận lần hai",
  confirmed: "đã có kết luận", dismissed: "đã bỏ qua", responded: "đã có phản hồi", closed: "đã đóng", noted: "", restricted: "bị hạn chế phạm vi xem",
  unrestricted: "được mở phạm vi xem", undone: "vừa được hoàn tác",
};
// These make an alert wait that did not.
const NEW = ["opened", "new_wave", "reopened"];

const HIDDEN_MS = 60_000;
const LOST_MS = 8_000;
const SAY_MS = 700;
const MOST_SAID = 3;
const LONGEST_WAIT_MS = 60_000;

let stream = null;
let last = null;
let wait = 5_000;
let told = [];
let saying = null;
let lostTimer = null;
let hiddenTimer = null;
const fresh = new Set();

// Several things at one moment are one announcement.
const say = (words) => {
  told.push(words);
  saying ??= setTimeout(() => {
    const more = told.length > MOST_SAID ? t("; và {} thay đổi khác", told.length - MOST_SAID) : "";
    said.textContent = `${told.slice(0, MOST_SAID).join("; ")}${more}.`;
    [told, saying] = [[], null];
  }, SAY_MS);
};

const count = () => {
  const alerts = new Intl.NumberFormat(document.documentElement.lang).format(fresh.size);
  news.textContent = t("{} cảnh báo mới", alerts);
  document.title = `(${alerts}) ${title}`;
  load.hidden = false;
};

// Where it stands and who has it, unless the row would become higher or lower by that. The revision that keys decide on is the one
// that is shown.
const status = (row, alert, always) => {
  const words = row.querySelector("[data-status]");
  const [before, height] = [words.textContent, row.offsetHeight];
  const fake = alert.status === "confirmed" && alert.finding === "fake";
  words.textContent = `${t(fake ? "Kết luận: tin giả" : STATUS[alert.status])} · ${alert.assignee ?? t("Chưa ai nhận")}`;
  if (always || row.offsetHeight === height) row.dataset.revision = alert.revision;
  else words.textContent = before;
};

// The level where it stands; what to say of it when it changed.
const level = (row, word) => {
  const [shape, name] = LEVELS[word];
  const badge = row.querySelector("[data-level] .level");
  if (!badge || badge.classList.contains(word)) return null;
  const ranks = Object.keys(LEVELS);
  const before = ranks.findIndex((rank) => badge.classList.contains(rank));
  badge.className = `level ${word}`;
  badge.querySelector(".shape").textContent = shape;
  badge.lastChild.textContent = ` ${t(name)}`;
  return t(ranks.indexOf(word) < before ? "tăng mức: {}" : "hạ mức: {}", t(name));
};

const hear = (message) => {
  last = message.lastEventId || last;
  const { event, alert } = JSON.parse(message.data);
  const row = rows.get(String(alert.id));
  if (!row) {
    if (NEW.includes(event.kind) || alert.assignee === me && event.kind === "assigned") {
      fresh.add(alert.id);
      count();
    }
    return;
  }
  const changed = level(row, alert.level);
  status(row, alert, false);
  if (event.by === me) return;
  row.setAttribute("data-changed", "");
  const who = event.by ? ` · ${event.by}` : "";
  // An alert comes as it is now: its new level may be seen with an entry before the one that says so, and is told once.
  if (changed) say(`${alert.number} ${changed}`);
  if (HAPPENED[event.kind]) say(`${alert.number} ${t(HAPPENED[event.kind])}${who}`);
};

const isOpen = () => {
  clearTimeout(lostTimer);
  [lostTimer, wait, lost.textContent] = [null, 5_000, ""];
};

const isLost = () => {
  // A stream ends every some minutes and comes back at once: not worth a word.
  lostTimer ??= setTimeout(() => { lost.textContent = t("Mất kết nối trực tiếp, danh sách có thể đã cũ; đang nối lại…"); }, LOST_MS);
  if (stream?.readyState !== EventSource.CLOSED) return;
  // Refused: the browser does not come back by itself.
  stream = null;
  setTimeout(open, wait);
  wait = Math.min(2 * wait, LONGEST_WAIT_MS);
};

const open = () => {
  if (stream || document.hidden) return;
  const address = new URL(region.dataset.stream, location.href);
  if (last) address.searchParams.set("last_event_id", last);
  stream = new EventSource(address);
  stream.onopen = isOpen;
  stream.onerror = isLost;
  for (const kind of Object.keys(HAPPENED)) stream.addEventListener(kind, hear);
  stream.addEventListener("reset", () => {
    news.textContent = t("Danh sách đã cũ");
    load.hidden = false;
  });
};

// A browser has few connections to one host: a desk that nobody looks at gives its own back, and catches up later.
const look = () => {
  clearTimeout(hiddenTimer);
  if (!document.hidden) return open();
  hiddenTimer = setTimeout(() => {
    stream?.close();
    stream = null;
  }, HIDDEN_MS);
};

document.addEventListener("kiemtin:changed", (event) => {
  const row = rows.get(String(event.detail.id));
  if (row) status(row, event.detail, true);
});
document.addEventListener("kiemtin:say", (event) => { said.textContent = event.detail; });
if ("EventSource" in window) {
  document.addEventListener("visibilitychange", look);
  // Closed by hand: a browser that leaves would first tell us that the stream is lost.
  addEventListener("pagehide", () => { stream?.close(); stream = null; });
  addEventListener("pageshow", open);
  open();
}
