// A person, a browser and the whole product: sign in, see the plan live, ask, follow the evidence.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { eventually, startMesh } from "./mesh.mjs";

const ANSWER_WITHIN_MS = 30_000;
const CHANGE_WITHIN_MS = 120_000;
const STUCK = ["agent_unlinked", "fence_above_priority", "workstation_limit_zero", "prompt_unanswered", "file_missing", "job_held"];

let mesh;
let browser;

before(async () => {
  mesh = await startMesh();
  browser = await chromium.launch({
    executablePath: process.env.RESYNC_TEST_BROWSER ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
});

after(async () => {
  await browser?.close();
  await mesh?.stop();
});

/** A page of a fresh browser profile, with everything it complained about. */
async function openPage(options = {}) {
  const context = await browser.newContext({ locale: "en-US", ...options });
  const page = await context.newPage();
  const complaints = [];
  const calls = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => calls.push({ url: request.url(), headers: request.headers() }));
  await page.addInitScript(() => {
    window.violations = [];
    document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective));
  });
  const response = await page.goto(`${mesh.origin}/`);
  return { context, page, complaints, calls, response };
}

async function signIn(page) {
  await page.fill("#user", mesh.user);
  await page.fill("#password", mesh.password);
  await page.keyboard.press("Enter");
  await page.waitForSelector(".plan .tile", { timeout: ANSWER_WITHIN_MS });
}

/** Asks by keyboard and waits for the end of the answer. */
async function ask(page, question) {
  const turns = await page.locator(".turn").count();
  await page.fill("#question", question);
  await page.keyboard.press("Enter");
  const turn = page.locator(".turn").nth(turns);
  await turn.and(page.locator('[aria-busy="false"]')).waitFor({ timeout: ANSWER_WITHIN_MS });
  return turn;
}

/** Breaches of the accessibility rules, as axe finds them. */
async function barriers(page) {
  await page.evaluate(await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"));
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

test("a wrong password is refused with a code and nothing is shown", async () => {
  const { context, page } = await openPage();
  await page.fill("#user", mesh.user);
  await page.fill("#password", "not the password");
  await page.keyboard.press("Enter");
  const fault = page.locator(".fault");
  await fault.waitFor();
  assert.match(await fault.locator("code").innerText(), /^[A-Z][A-Z0-9_]+$|^invalid_grant$/);
  assert.equal(await page.locator(".plan").count(), 0);
  await context.close();
});

test("a stuck job's cause is asked for, streamed and proven over grpc-web, while the plan is live", async () => {
  const { context, page, complaints, calls, response } = await openPage();
  const policy = response.headers()["content-security-policy"];
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /script-src [^;]*'nonce-[^']{16,}'/);
  assert.match(policy, /require-trusted-types-for 'script'/);
  await signIn(page);

  // Live counts: a change of the running night reaches the page by itself.
  const total = Number(await page.locator(".total strong").getAttribute("data-total"));
  assert.ok(total >= 2000, `the simulated night has ${total} jobs`);
  const tiles = await page.locator(".tile dd").allInnerTexts();
  assert.ok(tiles.length >= 4, `counts by status: ${tiles}`);
  await mesh.simulator.step(60);
  await page.locator(".changes time").first().waitFor({ timeout: CHANGE_WITHIN_MS });

  // A job that the simulated night planted as stuck.
  const [incident] = await mesh.simulator.incidents(...STUCK);
  assert.ok(incident, "the night has a stuck job");
  const stuck = incident.symptom.key.replace(/^\//, "");

  // Streaming is seen as text that stands before the answer is complete.
  await page.evaluate(() => {
    window.partial = 0;
    new MutationObserver(() => {
      if (document.querySelector('.turn[aria-busy="true"] .text, .turn[aria-busy="true"] .progress')) window.partial += 1;
    }).observe(document.querySelector(".conversation"), { childList: true, subtree: true, characterData: true });
  });
  const turn = await ask(page, `why is ${stuck} not running?`);
  assert.ok((await page.evaluate(() => window.partial)) > 0, "the answer came in parts");
  assert.equal(await turn.getAttribute("data-kind"), "answer", await turn.innerText());
  const text = await turn.innerText();
  for (const { name } of [incident.symptom, ...incident.root_causes]) assert.ok(text.includes(name), `${name} in: ${text}`);
  for (const words of incident.cause_words) {
    assert.ok(words.split("|").some((word) => text.toLowerCase().includes(word)), `${words} in: ${text}`);
  }
  assert.match(await turn.locator(".meta").innerText(), /data .* old/);

  // Every fact leads to the call and the field it came from; the keyboard is enough.
  const facts = turn.locator(".fact");
  assert.ok((await facts.count()) >= 2, "the answer cites its facts");
  const fact = facts.first();
  const shown = await fact.innerText();
  await fact.focus();
  await page.keyboard.press("Enter");
  const evidence = page.locator("dialog[open]");
  await evidence.waitFor();
  assert.ok((await evidence.innerText()).includes(shown), "the evidence names the value");
  assert.match(await evidence.locator("code").first().innerText(), /^\//, "a pointer into the tool result");
  await page.keyboard.press("Escape");
  await evidence.waitFor({ state: "detached" }).catch(() => evidence.waitFor({ state: "hidden" }));
  assert.equal(await page.evaluate(() => document.activeElement?.className), "fact", "the focus went back");

  assert.deepEqual(await barriers(page), [], "nothing in the way of assistive technology");

  // It was grpc-web, with a bearer token, and nothing was fetched from elsewhere.
  const stream = calls.find(({ url }) => url.endsWith("/resync.agent.v1.AgentService/StreamAsk"));
  assert.match(stream.headers["content-type"], /^application\/grpc-web/);
  assert.match(stream.headers.authorization, /^Bearer /);
  assert.ok(calls.some(({ url }) => url.endsWith("/resync.tws.v1.TwsService/WatchPlan")));
  assert.deepEqual(calls.filter(({ url }) => !url.startsWith(mesh.origin)), []);

  assert.deepEqual(await page.evaluate(() => window.violations), [], "no violation of the content security policy");
  assert.deepEqual(complaints, [], "no error in the browser's console");
  await context.close();
});

test("a follow-up means the job before it, and an unknown job is said to be unknown", async () => {
  const { context, page, complaints } = await openPage();
  await signIn(page);
  const job = await page.locator(".row[data-job]").first().getAttribute("data-job");
  const name = job.split(".").at(-1);
  await ask(page, `show ${job}`);
  const followUp = await ask(page, "what depends on it?");
  assert.ok((await followUp.innerText()).includes(name), await followUp.innerText());

  const unknown = await ask(page, "why is NO_SUCH_JOB_ANYWHERE_42 not running?");
  assert.equal(await unknown.getAttribute("data-kind"), "not_found", await unknown.innerText());
  assert.deepEqual(complaints, []);
  await context.close();
});

test("the page and the answer speak Portuguese to a Portuguese browser", async () => {
  const { context, page } = await openPage({ locale: "pt-BR", colorScheme: "dark" });
  assert.equal(await page.getAttribute("html", "lang"), "pt-BR");
  await signIn(page);
  assert.equal(await page.locator(".plan h2").innerText(), "Plano agora");
  const turn = await ask(page, "quantos jobs falharam?");
  assert.equal(await turn.getAttribute("lang"), "pt-BR");
  assert.ok((await turn.locator(".fact").count()) >= 1, await turn.innerText());
  assert.deepEqual(await barriers(page), [], "nothing in the way of assistive technology, in dark colours");
  await context.close();
});

test("every visit gets a nonce of its own", async () => {
  const nonces = new Set();
  for (let visit = 0; visit < 3; visit += 1) {
    const policy = (await fetch(`${mesh.origin}/`)).headers.get("content-security-policy");
    nonces.add(/'nonce-([^']+)'/.exec(policy)?.[1]);
  }
  assert.equal(nonces.size, 3);
});

test("a signed-out page keeps nothing of the session", async () => {
  const { context, page } = await openPage();
  await signIn(page);
  assert.equal(await page.evaluate(() => localStorage.length + sessionStorage.length + document.cookie.length), 0);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForSelector("#password");
  await eventually("the plan to be gone", 5_000, async () => (await page.locator(".plan").count()) === 0);
  await context.close();
});

test("while the engine is silent the page says since when, and recovers by itself", async () => {
  const { context, page, complaints } = await openPage();
  await signIn(page);
  await mesh.simulator.silence(true);
  try {
    await page.locator(".plan .banner.stale").waitFor({ timeout: CHANGE_WITHIN_MS });
    const turn = await ask(page, "how many jobs failed?");
    assert.equal(await turn.getAttribute("data-kind"), "answer", await turn.innerText());
    assert.equal(await turn.locator(".banner.stale").count(), 1, "the answer says that it is not fresh");
  } finally {
    await mesh.simulator.silence(false);
  }
  await page.locator(".plan .banner.stale").waitFor({ state: "detached", timeout: CHANGE_WITHIN_MS });
  assert.deepEqual(complaints, []);
  await context.close();
});
