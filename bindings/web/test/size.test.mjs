// The size of the package in a page, and what a page that does not use React leaves out.
import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { readFileSync } from "node:fs";
import { rolldown } from "rolldown";

const gzipMax = 15_000;
const entries = {
  core: new URL("../dist/index.js", import.meta.url).pathname,
  react: new URL("../dist/react/index.js", import.meta.url).pathname,
};

/** Bundles a source text that imports the package's entries by their paths. */
async function bundle(source) {
  const page = {
    name: "page",
    resolveId: (id) => (id === "page" ? id : undefined),
    load: (id) => (id === "page" ? source : undefined),
  };
  const bundled = await rolldown({
    input: "page",
    plugins: [page],
    external: [/^react/],
    logLevel: "silent",
  });
  const { output } = await bundled.generate({ minify: true });
  await bundled.close();
  return output[0].code;
}

test(`the whole package without React takes at most ${gzipMax} bytes, compressed`, async (t) => {
  const code = await bundle(`export * from "${entries.core}"; export * from "${entries.react}";`);
  const size = gzipSync(code, { level: 9 }).length;
  t.diagnostic(`${code.length} bytes, ${size} compressed`);
  assert.ok(size <= gzipMax, `${size} bytes`);
});

test("the core alone contains no code for React", async (t) => {
  const code = await bundle(`export { openDatabase } from "${entries.core}";`);
  t.diagnostic(`${code.length} bytes, ${gzipSync(code, { level: 9 }).length} compressed`);
  assert.doesNotMatch(code, /from\s*"react|DB not provided|useSyncExternalStore|isPlaceholderData/);
});

test("a page that uses one hook leaves out the others", async (t) => {
  const code = await bundle(`export { DBProvider, useSyncSelector } from "${entries.react}";`);
  t.diagnostic(`${code.length} bytes, ${gzipSync(code, { level: 9 }).length} compressed`);
  assert.doesNotMatch(code, /isPlaceholderData|Async selector run/);
});

test("the entry for React is marked as code for the client", () => {
  assert.match(readFileSync(entries.react, "utf8"), /^"use client";\n/);
});
