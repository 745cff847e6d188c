// useHeld: something that a component keeps for as long as what it was made for is the same.
import { useState } from "react";

const isEqual = (a: readonly unknown[], b: readonly unknown[]) => a.every((each, i) => Object.is(each, b[i]));

/**
 * Returns what `make` has made for this key; makes another one when the key changes, given the last one. Unlike with
 * useMemo that is a promise: React never drops it while the component is mounted.
 */
export function useHeld<T>(key: readonly unknown[], make: (last: T | undefined) => T): T {
  const [held, setHeld] = useState(() => ({ key, value: make(undefined) }));
  if (isEqual(held.key, key)) return held.value;
  const next = { key, value: make(held.value) };
  setHeld(next); // React renders again at once, with this one
  return next.value;
}

const kept = new WeakMap<object, unknown>();

/** Returns what `make` makes of an object: the same for the same object. */
export function keptFor<Key extends object, T>(key: Key, make: (key: Key) => T): T {
  if (!kept.has(key)) kept.set(key, make(key));
  return kept.get(key) as T;
}
