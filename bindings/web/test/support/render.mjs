// Rendering for tests: a DOM, a root with or without StrictMode, and what the components have shown.
import assert from "node:assert/strict";
import { test } from "node:test";
import { JSDOM } from "jsdom";

const dom = new JSDOM("<!doctype html><body></body>");
globalThis.window = dom.window;
globalThis.document = dom.window.document;
globalThis.navigator ??= dom.window.navigator;
globalThis.IS_REACT_ACT_ENVIRONMENT = true;

const { Component, StrictMode, act, createElement: h } = await import("react");
const { createRoot, hydrateRoot } = await import("react-dom/client");
const { DBProvider } = await import("@hyperdb/web/react");
const { closeUnused, openTasks } = await import("./module.mjs");

export { act, h };

export class Boundary extends Component {
  state = { error: null };
  static getDerivedStateFromError(error) {
    return { error };
  }
  render() {
    return this.state.error ? `error: ${this.state.error.message}` : this.props.children;
  }
}

/** A root that renders inside of a provider and a boundary. */
export class Page {
  container = document.createElement("div");
  recovered = [];
  #root;
  constructor(db, isStrict) {
    this.db = db;
    this.isStrict = isStrict;
  }
  get text() {
    return this.container.textContent;
  }

  element(children, { db = this.db, dehydrated } = {}) {
    const inside = h(Boundary, null, db ? h(DBProvider, { value: db, dehydrated }, children) : children);
    return this.isStrict ? h(StrictMode, null, inside) : inside;
  }
  async render(children, options) {
    const handlers = { onCaughtError: () => {}, onUncaughtError: (error) => this.recovered.push(error) };
    this.#root ??= createRoot(this.container, handlers);
    await act(async () => this.#root.render(this.element(children, options)));
  }
  async hydrate(html, children, options) {
    this.container.innerHTML = html;
    const onRecoverableError = (error) => this.recovered.push(error);
    await act(async () => {
      this.#root = hydrateRoot(this.container, this.element(children, options), { onRecoverableError });
    });
  }
  async unmount() {
    await act(async () => this.#root?.unmount());
    this.#root = undefined;
  }
}

/** Defines two tests, without and with StrictMode. Each fails when React warns, or when something stays in use. */
export function testPage(title, work, { expectedWarning, ...options } = {}) {
  for (const isStrict of [false, true]) {
    test(isStrict ? `${title} (StrictMode)` : title, async () => {
      const warnings = [];
      const consoleError = console.error;
      console.error = (...parts) => warnings.push(parts.map(String).join(" "));
      const db = await openTasks(options);
      const page = new Page(db, isStrict);
      try {
        await work({ page, db, isStrict, commit: (call) => act(async () => db.dispatch(call)) });
        await page.unmount();
        await closeUnused(db);
      } finally {
        console.error = consoleError;
        db.close();
      }
      assert.deepEqual(
        warnings.filter((each) => !expectedWarning?.test(each)),
        [],
      );
    });
  }
}
