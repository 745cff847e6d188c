// useSyncSelector and useSuspenseSelector: the value of a selector.
import * as React from "react";
import { useSyncExternalStore } from "react";
import type { SelectorDefinition } from "../definitions.js";
import type { LiveState } from "../live.js";
import { runPromise } from "../run_promise.js";
import { useDB, useDehydrated } from "./context.js";
import { keptFor } from "./held.js";

/** A selector and its arguments: what a call of the selector returns is one too. */
export interface SelectorOptions<Args, Result> {
  readonly selector: SelectorDefinition<Args, Result>;
  readonly args: NoInfer<Args>;
}

export interface SyncSelectorOptions<Args, Result> extends SelectorOptions<Args, Result> {
  readonly enabled?: true;
  /** Used only while `enabled` is false. */
  readonly defaultValue?: NoInfer<Result>;
}
export interface SwitchedSyncSelectorOptions<Args, Result> extends SelectorOptions<Args, Result> {
  /** While it is false, the selector does not run, and `defaultValue` is the result. */
  readonly enabled: boolean;
  readonly defaultValue: NoInfer<Result>;
}

const subscribeToNothing = () => () => {};

/**
 * Returns the selector's result, in the first render too, and renders again after each commit that changes it.
 * Arguments may be new objects in each render: equal ones are the same call. Throws what the selector throws;
 * HyperDBError(not_synchronous) when the storage has to be waited for.
 */
export function useSyncSelector<Args, Result>(options: SyncSelectorOptions<Args, Result>): Result;
export function useSyncSelector<Args, Result>(options: SwitchedSyncSelectorOptions<Args, Result>): Result;
export function useSyncSelector<Args, Result>({
  selector,
  args,
  enabled = true,
  defaultValue,
}: SyncSelectorOptions<Args, Result> | SwitchedSyncSelectorOptions<Args, Result>): Result {
  const db = useDB();
  const call = { selector, args };
  const live = enabled ? db.live(call) : undefined;
  const disabled = () => defaultValue as Result;
  const ofServer = useDehydrated(call, enabled);
  return useSyncExternalStore(
    live?.subscribe ?? subscribeToNothing,
    live?.snapshot ?? disabled,
    ofServer ? () => ofServer.value : (live?.snapshot ?? disabled),
  );
}

/** React 19's `use`. The name is computed, so that bundlers accept a React that has none. */
const use =
  (React as unknown as Record<string, ((promise: Promise<unknown>) => unknown) | undefined>)[
    ["u", "se"].join("")
  ] ??
  ((promise) => {
    if (promise !== nothingToWaitFor) throw promise;
  });
/** A promise that `use` knows to be fulfilled. */
const nothingToWaitFor = Object.assign(Promise.resolve(), { status: "fulfilled", value: undefined });

const succeeded = ({ value }: { readonly value: unknown }) => ({
  status: "success",
  error: null,
  data: value,
});

/**
 * Returns the selector's result; suspends until there is a first one, and never again: later commits update it in
 * place. Throws what the selector throws.
 */
export function useSuspenseSelector<Args, Result>({ selector, args }: SelectorOptions<Args, Result>): Result {
  const call = { selector, args };
  const live = useDB().live(call);
  const ofServer = useDehydrated(call);
  const serverState = () => (ofServer ? (keptFor(ofServer, succeeded) as LiveState<Result>) : live.peek());
  const state = useSyncExternalStore(live.subscribe, live.peek, serverState);
  // Always: React wants a render that ends to have called `use` when one of its attempts was suspended by it.
  use(state.status === "pending" ? runPromise(live) : nothingToWaitFor);
  if (state.error) throw state.error;
  return state.data as Result;
}
