// useRows and useRowChanges: lists of rows that are long, or shown by something that wants their changes.
import { useEffect, useRef, useSyncExternalStore } from "react";
import { RowChangesStore } from "../row_changes.js";
import type { RowChanges } from "../row_changes.js";
import type { Rows } from "../rows.js";
import { useDB, useDehydrated } from "./context.js";
import { keptFor, useHeld } from "./held.js";
import type { SelectorOptions } from "./sync.js";

/**
 * Returns the list of rows of a selector without reading them: `at` and `slice` read what is shown. A commit costs
 * what it changes, whatever the list's size. Throws what the selector throws.
 */
export function useRows<Args, Row>({ selector, args }: SelectorOptions<Args, readonly Row[]>): Rows<Row> {
  const call = { selector, args };
  const live = useDB().live(call, true);
  const ofServer = useDehydrated(call);
  return useSyncExternalStore(
    live.subscribe,
    live.snapshot,
    ofServer ? () => ofServer.value as unknown as Rows<Row> : live.snapshot,
  );
}

const subscribeToNothing = () => () => {};
const noChanges: RowChanges<never> = { rows: [], changes: [] };

/**
 * Returns the rows of a selector with the change sets that lead to them from the rows of the last commit to the screen.
 * With `onChanges`: returns the rows of the first render, never renders again, and calls `onChanges` after each commit
 * of the database that changes them. Throws what the selector throws.
 */
export function useRowChanges<Args, Row>(options: SelectorOptions<Args, readonly Row[]>): RowChanges<Row>;
export function useRowChanges<Args, Row>(
  options: SelectorOptions<Args, readonly Row[]>,
  onChanges: (changes: RowChanges<Row>) => void,
): readonly Row[];
export function useRowChanges<Args, Row>(
  { selector, args }: SelectorOptions<Args, readonly Row[]>,
  onChanges?: (changes: RowChanges<Row>) => void,
): RowChanges<Row> | readonly Row[] {
  const call = { selector, args };
  const live = useDB().live(call);
  const { store, first } = useHeld([live], () => {
    const made = new RowChangesStore<Row>(live);
    return { store: made, first: made.getSnapshot().rows };
  });
  const isCallback = onChanges !== undefined;
  const getSnapshot = isCallback ? () => noChanges : store.getSnapshot;
  const ofServer = useDehydrated(call, !isCallback);
  const snapshot = useSyncExternalStore<RowChanges<Row>>(
    isCallback ? subscribeToNothing : store.subscribe,
    getSnapshot,
    ofServer ? () => keptFor(ofServer, ({ value }) => ({ rows: value, changes: [] })) : getSnapshot,
  );
  const callback = useRef(onChanges);
  useEffect(() => {
    callback.current = onChanges;
    if (!isCallback) store.committed(snapshot);
  }, [store, snapshot, onChanges, isCallback]);
  useEffect(() => {
    if (!isCallback) return undefined;
    const tell = () => {
      const taken = store.take();
      if (taken) callback.current?.(taken);
    };
    const unsubscribe = store.subscribe(tell);
    tell(); // a commit may have come before the subscription
    return unsubscribe;
  }, [store, isCallback]);
  return isCallback ? first : snapshot;
}
