"use strict";
// Everything that is shown goes through textContent: whatever stands in a label or a reason stays text.

const EVERY = 2000; // milliseconds
const TYPES = ["rate_limit_error", "insufficient_balance", "overloaded_error", "timeout_error", "authentication_error",
  "permission_error", "invalid_request_error", "not_found_error", "request_too_large", "client_closed_request",
  "api_error", "unknown"]; // each keeps its colour, whichever others there are
const NO_FAILURE = new Set(["ok", "client_closed_request"]);
const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 600, HEIGHT = 140; // units of a chart
const SHORTEST = 60; // seconds that it shows

const byId = (id) => document.getElementById(id);
const last = (list) => list[list.length - 1] ?? 0;
const sum = (list) => list.reduce((all, one) => all + one, 0);
const colour = (type) => `var(--${type === "ok" ? "ok" : `t${Math.max(0, TYPES.indexOf(type))}`})`;

function element(tag, className, ...inside) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...inside.map((one) => (one instanceof Node ? one : String(one ?? ""))));
  return made;
}

function shape(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

function link(name, url) {
  const made = element("a", "", name);
  made.href = url;
  return made;
}

// --- numbers for people ---------------------------------------------------------------------------

const number = (value, digits = 0) => (value ?? 0).toLocaleString("en", { maximumFractionDigits: digits });
const rate = (value) => number(value, value < 10 ? 1 : 0);
const percent = (share) => `${number(100 * share, share < 0.1 ? 1 : 0)} %`;

function length(seconds) {
  if (seconds === null || seconds === undefined) return "–";
  for (const [size, unit] of [[86400, "d"], [3600, "h"], [60, "min"]])
    if (seconds >= 2 * size) return `${number(seconds / size)} ${unit}`;
  return `${number(Math.max(0, seconds), seconds < 9.5 && seconds > 0.05 ? 1 : 0)} s`;
}
const since = (now, at) => (at === null ? "not yet" : `${length(now - at)} ago`);

// --- charts -----------------------------------------------------------------------------------------

// Layers of [colour, values], each on top of the one before.
function stacked(times, layers, begin, end, top) {
  const x = (time) => ((time - begin) / (end - begin)) * WIDTH;
  const y = (value) => HEIGHT - Math.min(1, value / top) * HEIGHT;
  const picture = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" });
  for (const part of [0.5, 1]) picture.append(shape("line", { class: "grid", x1: 0, x2: WIDTH, y1: HEIGHT * (1 - part), y2: HEIGHT * (1 - part) }));
  const below = times.map(() => 0);
  for (const [fill, values] of layers) {
    const lower = times.map((time, at) => `${x(time)},${y(below[at])}`).reverse();
    const upper = times.map((time, at) => `${x(time)},${y((below[at] += values[at]))}`);
    const area = shape("polygon", { points: [...upper, ...lower].join(" ") });
    area.style.fill = fill;
    picture.append(area);
  }
  return picture;
}

function chart(place, title, now, top, picture, seconds) {
  const plot = element("div", "plot", picture, element("span", "top", top));
  const axis = element("div", "axis", element("span", "", `${length(seconds)} ago`), element("span", "", "now"));
  place.replaceChildren(element("figcaption", "", title, element("span", "", now)), plot, axis);
}

const nice = (value) => {
  const size = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * size).find((step) => step >= value);
};

function charts({ traffic, now }) {
  const { times, rates } = traffic;
  const end = last(times) || now;
  const begin = Math.min(traffic.since, end - SHORTEST);
  const failing = TYPES.filter((type) => rates[type]);
  const total = times.map((_, at) => sum(Object.values(rates).map((values) => values[at])));
  const failed = times.map((_, at) => sum(failing.filter((type) => !NO_FAILURE.has(type)).map((type) => rates[type][at])));
  const shares = failing.map((type) => [colour(type), rates[type].map((value, at) => (total[at] ? value / total[at] : 0))]);
  const answered = total.map((value, at) => value - failed[at]);

  const most = nice(Math.max(1, ...total));
  const share = last(total) ? last(failed) / last(total) : 0;
  chart(byId("traffic"), "Responses per second", `${rate(last(total))} now`, number(most),
    stacked(times, [["var(--bad)", failed], ["var(--ok)", answered]], begin, end, most), end - begin);
  const highest = Math.min(1, Math.max(0.05, nice(Math.max(0.01, ...times.map((_, at) => sum(shares.map(([, values]) => values[at])))))));
  chart(byId("errors"), "Errors by type, share of all", `${percent(share)} now`, percent(highest),
    stacked(times, shares, begin, end, highest), end - begin);
  const worst = failing.filter((type) => !NO_FAILURE.has(type)).sort((one, other) => last(rates[other]) - last(rates[one]))[0];
  return { begin, end, total: last(total), share, worst };
}

// --- tables -----------------------------------------------------------------------------------------

// Columns of [head, class, content of a row]; a head before a number is said again on a phone.
function table(id, name, rows, columns, empty) {
  const place = byId(id);
  if (!rows.length) return place.replaceChildren(element("p", "soft", empty));
  const made = element("div", `rows ${name}`);
  made.setAttribute("role", "table");
  made.setAttribute("aria-label", place.parentElement.querySelector("h2").firstChild.textContent.trim());
  const head = element("div", "row head", ...columns.map(([words, kind]) => cell("columnheader", kind, words)));
  head.setAttribute("role", "row");
  made.append(head, ...rows.map((row) => line(row, columns)));
  return place.replaceChildren(made);
}

function line(row, columns) {
  const made = element("div", "row");
  made.setAttribute("role", "row");
  for (const [head, kind, content] of columns) {
    const one = cell("cell", kind, content(row));
    if (kind.includes("number") && head) one.dataset.head = head;
    made.append(one);
  }
  return made;
}

function cell(role, kind, content) {
  const made = element("div", kind, content);
  made.setAttribute("role", role);
  return made;
}

function meter(share, kind) {
  const bar = element("i");
  bar.style.width = `${100 * share}%`;
  return element("div", `meter ${kind}`, bar);
}

// How often one type came, on a scale of its own.
function spark(type, { times, rates }, { begin, end }) {
  const values = rates[type] ?? times.map(() => 0);
  const picture = stacked(times, [[colour(type), values]], begin, end, Math.max(...values, 0.001));
  picture.setAttribute("class", "spark");
  return picture;
}

function types({ types: rows, traffic }, now) {
  const all = sum(rows.map((row) => row.recent)) || 1;
  const named = ({ type }) => {
    const swatch = element("span", "swatch");
    swatch.style.background = colour(type);
    return element("span", "", swatch, type);
  };
  table("types", "types", rows, [
    ["type", "", named],
    ["when", "wide", ({ type }) => spark(type, traffic, now)],
    ["share", "number", ({ recent }) => percent(recent / all)],
    ["now", "number", ({ type }) => `${rate(last(traffic.rates[type] ?? []))}/s`],
    ["since start", "number", ({ counted }) => number(counted)],
  ], "Nothing is counted yet.");
}

function reasons({ reasons: rows }) {
  table("reasons", "reasons", rows, [
    ["provider", "", (row) => row.provider],
    ["path", "wide", (row) => row.path],
    ["status", "", (row) => row.status],
    ["reason", "wide", (row) => element("span", "", row.reason, " ", element("span", "soft", row.type))],
    ["errors", "number", (row) => `${number(row.recent)} (${percent(row.share)})`],
    ["since start", "number", (row) => number(row.counted)],
  ], "No error in the last minutes.");
}

const tightness = (headroom) => (headroom < 0.05 ? "bad" : headroom < 0.2 ? "warning" : "well");

function limits({ limits: rows }) {
  table("limits", "limits", rows, [
    ["provider", "", (row) => row.provider],
    ["limit", "", (row) => [row.resource.replaceAll("_", " "), row.model].filter(Boolean).join(", ")],
    ["headroom", "wide", (row) => meter(row.headroom, tightness(row.headroom))],
    ["left", "number", (row) => (row.limit === null ? number(row.remaining) : `${number(row.remaining)} of ${number(row.limit)}`)],
    ["resets in", "number", (row) => length(row.resets_in)],
  ], "No response has told what is left of a rate limit.");
}

function troubles({ troubles: rows, now }) {
  table("troubles", "troubles", rows, [
    ["when", "", (row) => since(now, row.at)],
    ["it was", "", (row) => row.what],
    ["topic", "wide", (row) => row.topic],
    ["partition", "number", (row) => row.partition],
    ["offset", "number", (row) => number(row.offset).replaceAll(",", "")],
    ["reason", "", (row) => (row.records > 1 ? `${row.reason}, ${number(row.records)} records` : row.reason)],
  ], "None since the start: every record was read, and everything in them was counted or left out on purpose.");
}

function unclassified({ unclassified: rows, now }) {
  table("unclassified", "unclassified", rows, [
    ["provider", "", (row) => row.provider],
    ["status", "", (row) => row.status],
    ["what it says", "wide", (row) => row.skeleton || "nothing in words"],
    ["seen", "number", (row) => number(row.events)],
    ["last", "number", (row) => since(now, row.at)],
    ["how to explain one", "wide command", (row) => element("code", "", row.command)],
  ], "None since the start.");
}

function settings({ settings: rows }) {
  table("settings", "settings", rows, [
    ["setting", "", (row) => element("span", row.is_default ? "" : "changed", row.name)],
    ["value; what is not the default is bold", "wide", (row) => element("code", row.is_default ? "" : "changed", row.value)],
  ], "");
}

// --- the whole page -----------------------------------------------------------------------------------

// Only what changes is said anew: a screen reader reads this aloud.
function verdict({ verdict: { level, words, concerns } }) {
  const place = byId("verdict");
  const lines = [element("p", "sentence", words)];
  concerns.forEach((concern, at) => {
    if (at) lines.push(element("p", "also", concern.words));
    const more = concern.page ? link(concern.runbook, concern.page) : element("code", "", concern.runbook);
    lines.push(element("p", "soft", concern.hint, " Runbook: ", more));
  });
  const said = JSON.stringify([words, ...concerns]);
  if (place.dataset.said === said) return;
  place.dataset.said = said;
  place.className = level;
  place.replaceChildren(...lines);
}

function news({ health, now }, { total, share, worst }) {
  const errors = share ? `${percent(share)} of them errors, most of these ${worst}` : "none of them an error";
  byId("news").textContent = `${rate(total)} responses per second, ${errors}. Running for ${length(now - health.started)}.`;
}

function figures({ health, topics, now }, { total, share }) {
  const owned = sum(topics.map((topic) => topic.owned));
  const shown = [
    ["Responses", `${rate(total)}/s`, `${percent(share)} errors now`],
    ["Behind", length(health.lag_seconds), `${number(health.lag_records)} records, ${number(owned)} partitions`],
    ["Last scrape", since(now, health.scraped_at), `${number(health.waiting_records)} records to show`],
    ["Last commit", since(now, health.committed_at), health.waits_for_scrapes ? "one after each scrape" : "every few seconds"],
    ["Late records", number(health.late), `more than ${length(health.late_after)} old`],
    ["Time series", number(health.series), `of ${number(health.max_series)} at most`],
  ];
  byId("figures").replaceChildren(...shown.map(([name, value, more]) =>
    element("div", "", element("dt", "", name), element("dd", "", value, element("small", "", more)))));
}

function show(status) {
  byId("version").textContent = status.version;
  byId("where").textContent = `${status.topics.map((topic) => topic.topic).join(", ")} · group ${status.group}`;
  document.title = `${{ well: "✓", warning: "!", bad: "✗" }[status.verdict.level]} api-error-agent`;
  for (const place of document.querySelectorAll(".span")) place.textContent = `of the last ${length(status.recent_seconds)}`;
  const now = charts(status);
  for (const part of [verdict, news, figures, types, reasons, limits, troubles, unclassified, settings]) part(status, now);
  byId("links").replaceChildren(...status.links.map(({ name, url }) => link(name, url)));
}

let heard = 0;

async function look() {
  if (document.hidden) return;
  try {
    const answer = await fetch("status.json", { cache: "no-store" });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    show(await answer.json());
    heard = Date.now();
    byId("age").textContent = "live";
    document.body.classList.remove("lost");
  } catch {
    byId("age").textContent = heard ? `no answer for ${length((Date.now() - heard) / 1000)}` : "no answer";
    document.body.classList.add("lost");
  }
}

async function keepLooking() {
  await look();
  setTimeout(keepLooking, EVERY);
}

document.addEventListener("visibilitychange", look);
keepLooking();
