// Opens a page and says what a person, a console and a screen reader meet there.
// node look.mjs CHROMIUM '{"modules", "url", "width", "height", "scheme", "until", "picture", "whole"}'   answers with JSON
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const EVERY = 100; // milliseconds between looks whether there is something to see
const LOOKS = 600;
const [executablePath, asked] = process.argv.slice(2);
const { modules, url, width = 1280, height = 900, scheme = "light", until = "true", picture, whole = true } = JSON.parse(asked);
const require = createRequire(`${modules}/`);
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
try {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, deviceScaleFactor: 1 });
  const page = await context.newPage();
  const complaints = [], requests = new Set(), dialogs = [];
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("request", (request) => requests.add(request.url()));
  page.on("dialog", (dialog) => { dialogs.push(dialog.message()); return dialog.dismiss(); });
  await page.goto(url);
  // Asked from outside: waitForFunction() evaluates in the page, which its policy forbids.
  let looks = 0;
  while (!(await page.evaluate(until))) {
    if (++looks > LOOKS) throw new Error(`never came true: ${until}; the page says: ${await page.innerText("body")}`);
    await page.waitForTimeout(EVERY);
  }
  if (picture) await page.screenshot({ path: picture, fullPage: whole });
  await page.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
  const seen = await page.evaluate(() => ({
    text: document.body.innerText,
    tags: [...new Set([...document.body.querySelectorAll("*")].map((one) => one.localName))],
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    title: document.title,
  }));
  await page.evaluate(`${axe};undefined`);
  const { violations } = await page.evaluate(() => axe.run());
  const unreadable = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes[0].html.slice(0, 200)}`);
  process.stdout.write(JSON.stringify({ ...seen, complaints, dialogs, requests: [...requests], unreadable }));
} finally {
  await browser.close();
}
