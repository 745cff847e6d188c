// A store of an asynchronous result over a fake live one, and what a test asks of it.
import { AsyncStore } from "../../dist/async_store.js";
import { FakeLive } from "./fake_live.mjs";

export function makeStore(options = {}, live = new FakeLive()) {
  const store = new AsyncStore({ open: () => live, follows: true, isEnabled: true, ...options });
  const results = [];
  const result = () => store.resultOf(store.getSnapshot());
  const subscribe = () => store.subscribe(() => results.push(result()));
  return { live, store, result, results, subscribe };
}
export const pick = (object, names) =>
  Object.fromEntries(names.split(" ").map((name) => [name, object[name]]));
