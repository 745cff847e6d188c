// The task application as its user meets it: in Chromium, with an empty console.
import assert from "node:assert/strict";
import { createReadStream, existsSync, mkdirSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { build } from "vite";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const dist = path("../demo/dist");
const screenshots = path("../../../build/web_screenshots");
const program = process.env.HYPERDB_CHROMIUM ?? "/usr/bin/chromium";
const skip = existsSync(program) ? false : `${program} is missing: make setup-web`;
const types = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
};

let server;
let browser;
let address;
before(async () => {
  if (skip) return;
  await build({ configFile: path("../demo/vite.config.mjs"), logLevel: "warn" });
  server = createServer((request, response) => {
    const file = join(
      dist,
      normalize(new URL(request.url, "http://localhost").pathname).replace(/\/$/, "/index.html"),
    );
    if (!file.startsWith(dist) || !existsSync(file) || !statSync(file).isFile())
      return response.writeHead(404).end();
    response.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream" });
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${server.address().port}/`;
  browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox"] });
  mkdirSync(screenshots, { recursive: true });
});
after(async () => {
  await browser?.close();
  server?.close();
});

/** Opens the application; at the end its console must be empty. */
async function open(options, work) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const said = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(String(error)));
  await page.goto(address);
  await page.getByRole("heading", { name: "Home" }).waitFor();
  await work(page);
  assert.deepEqual(said, []);
  await context.close();
}
const titles = (page) => page.locator(".list .title").allTextContents();

test("tasks are added, finished, renamed, deleted, and each of it is undone", { skip }, () =>
  open({}, async (page) => {
    await page.getByLabel("New task").fill("Water the plants");
    await page.getByLabel("New task").press("Enter");
    assert.equal((await titles(page)).at(-1), "Water the plants");

    await page.getByLabel("Done: Water the plants").click();
    assert.equal((await titles(page)).includes("Water the plants"), false);
    await page.getByRole("tab", { name: "Done" }).click();
    assert.deepEqual(await titles(page), ["Water the plants"]);
    await page.getByRole("button", { name: /^Undo: finish/ }).click();
    await page.getByText("Nothing done yet.").waitFor();
    await page.getByRole("tab", { name: "Open" }).click();

    await page.getByText("Water the plants", { exact: true }).dblclick();
    await page.getByRole("textbox", { name: "Title", exact: true }).fill("Water the garden");
    await page.getByRole("textbox", { name: "Title", exact: true }).press("Enter");
    assert.equal((await titles(page)).at(-1), "Water the garden");
    await page.getByRole("button", { name: /^Undo: rename/ }).click();
    assert.equal((await titles(page)).at(-1), "Water the plants");

    await page.getByLabel("Delete: Water the plants").click();
    assert.equal((await titles(page)).length, 3);
    await page.getByRole("button", { name: /^Undo: delete/ }).click();
    assert.equal((await titles(page)).at(-1), "Water the plants");
  }),
);

test("a task is dragged to another place, and back", { skip }, () =>
  open({}, async (page) => {
    const before = await titles(page);
    await page.locator(".list li").nth(2).dragTo(page.locator(".list li").nth(0));
    assert.deepEqual(await titles(page), [before[2], before[0], before[1]]);
    await page.getByRole("button", { name: /^Undo: move/ }).click();
    assert.deepEqual(await titles(page), before);
  }),
);

test("10,000 tasks are loaded with progress, and only those on the screen are drawn", { skip }, () =>
  open({}, async (page) => {
    await page.getByRole("button", { name: "Add 10,000 tasks" }).click();
    await page.locator("progress").waitFor();
    await page.getByRole("button", { name: "10,000 tasks added" }).waitFor({ timeout: 60_000 });
    assert.equal(
      await page.locator(".project", { hasText: "Home" }).locator(".count").textContent(),
      "10003",
    );
    assert.ok((await titles(page)).length < 60);
    await page.locator(".list").evaluate((list) => {
      list.scrollTop = list.scrollHeight;
    });
    await page.getByText("Task 10999", { exact: true }).waitFor();
    await page.getByText("Task 10999", { exact: true }).dblclick();
    await page.getByRole("textbox", { name: "Title", exact: true }).fill("The last");
    await page.getByRole("textbox", { name: "Title", exact: true }).press("Enter");
    assert.equal((await titles(page)).at(-1), "The last");
  }),
);

test("the corner says what a commit ran again, and why", { skip }, () =>
  open({}, async (page) => {
    await page.getByLabel("Done: Drag a task to another place").click();
    const corner = page.getByLabel("Last commit");
    await corner.getByText('projectTasks("home", "open")').waitFor();
    await corner
      .getByText(/wrote tasks\/byRank/)
      .first()
      .waitFor();
    assert.match(await corner.getByRole("button").textContent(), /2 re-run, 3 left alone/);
  }),
);

for (const [name, options] of Object.entries({
  light: { colorScheme: "light" },
  dark: { colorScheme: "dark" },
  narrow: { colorScheme: "light", viewport: { width: 390, height: 780 } },
})) {
  test(`a picture of the page is kept: ${name}`, { skip }, () =>
    open(options, async (page) => {
      await page.getByLabel("New task").fill("Write to the neighbours");
      await page.getByLabel("New task").press("Enter");
      await page.screenshot({ path: join(screenshots, `${name}.png`) });
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      assert.equal(overflow, 0);
    }),
  );
}
