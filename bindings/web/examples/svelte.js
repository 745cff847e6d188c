// Svelte: the value of a selector as a store; `$tasks` in a component subscribes and unsubscribes.
import { liveSelector } from "@hyperdb/web";

export function selectorStore(db, call) {
  const live = liveSelector(db, call);
  return {
    subscribe(run) {
      run(live.getSnapshot());
      return live.subscribe(() => run(live.getSnapshot()));
    },
  };
}
